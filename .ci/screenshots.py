"""The pictures of README.md, taken anew: a site with the demo of its own, looked at in Chromium. Run by make."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
PASSWORD = "a picture says more"
ESSAY = "Who came back? Essay"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, process):
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5)
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The site did not start.")


def api(address, path, token=None, body=None):
    request = urllib.request.Request(f"{address}/api/{path}", data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def token(address, username):
    body = {"username": username, "password": PASSWORD}
    return api(address, "auth/app/v1/auth/login", body=body)["meta"]["access_token"]


def signed_in(browser: Browser, address, username) -> Page:
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 800}, color_scheme="light", locale="en-GB"
    )
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    return page


def take(page: Page, path, name, first=lambda page: None):
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        sys.exit(f"{path} answers {answer and answer.status}")
    page.wait_for_load_state("networkidle")
    first(page)
    page.screenshot(path=PICTURES / name)
    print(PICTURES.relative_to(ROOT) / name)


def desk(browser, address):
    student = token(address, "student1")
    given = api(address, "v1/assignments", student)["results"]
    essay = next(assignment["id"] for assignment in given if assignment["title"] == ESSAY)
    [work] = api(address, f"v1/submissions?assignment={essay}", student)["results"]

    def open_a_citation(page: Page):
        page.locator("textarea").last.scroll_into_view_if_needed()
        page.locator(".citations a.cite").nth(1).click()
        page.mouse.move(0, 0)
        page.wait_for_timeout(800)

    take(signed_in(browser, address, "student1"), f"/work/{work['id']}/", "desk.png", open_a_citation)


def board(browser, address):
    [room] = api(address, "v1/classrooms", token(address, "teacher"))["results"]
    take(signed_in(browser, address, "teacher"), f"/classes/{room['id']}/", "board.png")


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium was found. On Debian and Ubuntu: apt-get install chromium")
    PICTURES.mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"MODE": "demo", "DATA_DIR": folder, "PORT": str(port), "DEMO_PASSWORD": PASSWORD}
        site = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment)
        try:
            wait_for(address, site)
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                desk(browser, address)
                board(browser, address)
        finally:
            site.terminate()
            site.wait()


if __name__ == "__main__":
    main()
