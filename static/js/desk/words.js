// Sentences that the page brought along, in its language: say("words", { n: 66 }).
export class Words {
  constructor(labels, { locale = "en", zone = "UTC", zoneShort = "" } = {}) {
    this.labels = labels;
    this.rules = new Intl.PluralRules(locale);
    this.clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
    this.zoneShort = zoneShort;
  }

  say(name, values = {}) {
    const label = this.labels[name] ?? name;
    const form = typeof label === "string" ? label : (label[this.rules.select(values.n)] ?? label.other);
    return form.replace(/%\((\w+)\)[sd]/g, (whole, key) => values[key] ?? whole);
  }

  // "14:02 CET": the time in the class's zone, which it names.
  time(at) {
    return `${this.clock.format(at)} ${this.zoneShort}`.trim();
  }
}
