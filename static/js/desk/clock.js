// The time of this device beside the school's, for a hand-in that was finished without a connection.
//
// The school signs the moment of each contact (Time-Token). From there the monotonic clock of this page counts on, which
// nobody sets; it begins anew with every page, so each page load has a name (boot) that its token carries. Whether any
// of it is believed is decided at school.
import { uuid } from "./ids.js";

const APART = 60_000;   // milliseconds: so far the two clocks of a device may part before the school is asked again

export class Clock {
  constructor() {
    this.boot = uuid();
    this.token = "";
  }

  // What every request tells, so that its answer may bring a token.
  headers() { return { "Device-Boot": this.boot, "Device-Time": new Date().toISOString() }; }

  // The newest answer counts; one without a token changes nothing.
  hear(headers) {
    const token = headers.get("Time-Token");
    if (!token) return;
    this.token = token;
    this.heardMono = performance.now();
    this.heardWall = Date.now();
  }

  // Without a token, or where this device slept or was set since (then only one of its clocks went on).
  get stale() {
    if (!this.token) return true;
    return Math.abs((Date.now() - this.heardWall) - (performance.now() - this.heardMono)) > APART;
  }

  // This moment, as the school can check it later.
  captured() {
    return {
      at: new Date().toISOString(),
      time_token: this.token,
      mono_s: this.token ? Math.max(0, (performance.now() - this.heardMono) / 1000) : 0,
      boot: this.boot,
    };
  }
}
