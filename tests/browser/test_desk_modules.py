"""The desk's modules by themselves: on a page of nothing but passages, with a school made of a few lines."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from playwright.sync_api import Browser, BrowserContext, Page, Route

from assignments import answers
from assignments.answers import Question
from tests.browser.helpers import PATIENCE

STATIC = Path(__file__).resolve().parents[2] / "static"
TYPES = {".js": "text/javascript", ".css": "text/css"}
HOME = "http://localhost"
PASSAGES = {
    "plain": "<p>The wall went up in a night.</p>",
    "letters": "<p>Здравствуй, брат 🧱 e\u0301t voilà.</p>",
    "parts": "<p>They <em>pay</em> by the <strong>stone</strong>.</p>",
    "list": "<ul><li>stone</li>\n<li>mortar</li></ul>",
    "heading": "A heading",
}
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title>
<body><div id="read">{"".join(f'<div data-block="{name}">{html}</div> ' for name, html in PASSAGES.items())}</div>"""
KEYS = ["11" * 32]


class School:
    """A site that keeps one draft and takes hand-ins, as api.md says it does."""

    def __init__(self) -> None:
        self.rev, self.body, self.saves, self.attempts, self.parked = 0, {"answers": []}, [], {}, []
        self.deleted: list[str] = []
        self.trouble: list[int] = []  # statuses to answer with, instead of doing anything
        self.loses_answers = 0  # does it, and then the connection breaks
        self.portal = False  # the net's own page comes in place of any answer
        self.told: list[tuple[str | None, str | None]] = []  # boot and time of the device, of every request that came
        self.when_parking: Callable[[], object] = lambda: None

    def __call__(self, route: Route) -> None:
        request = route.request
        if self.portal:
            route.fulfill(content_type="text/html", body="<p>Sign in to this net first.")
            return
        if request.method != "GET" and self.trouble:
            status = self.trouble.pop(0)
            route.fulfill(status=status, json={"type": "/api/v1/problems/any", "detail": "Not now."})
            return
        status, answer = self._answer(request.method, request.url, request)
        self.told.append((request.headers.get("device-boot"), request.headers.get("device-time")))
        if request.method != "GET" and self.loses_answers:
            self.loses_answers -= 1
            route.abort("connectionreset")
            return
        route.fulfill(status=status, json=answer, headers={"Time-Token": f"token-{len(self.told)}"})

    def _answer(self, method: str, url: str, request: Any) -> tuple[int, dict[str, Any]]:
        if method == "DELETE":
            self.deleted.append(url.rsplit("/", 1)[-1])
            return 200, {}
        if url.endswith("/draft") and method == "GET":
            return 200, self._draft()
        sent = json.loads(request.post_data)
        if url.endswith("/attempts"):
            if sent["client_attempt_id"] not in self.attempts:
                self.attempts[sent["client_attempt_id"]] = sent
            number = list(self.attempts).index(sent["client_attempt_id"]) + 1
            receipt = {"code": "K7QM-4D2X", "body_sha256": digest(sent["body"])}
            return 201, {"attempt": {"number": number}, "receipt": receipt}
        self.saves.append(sent["body"])
        if request.headers["if-match"] != f'"d{self.rev}"':
            copy = {"id": f"copy-{len(self.parked)}", "kind": "save", "body_sha256": digest(sent["body"])}
            self.parked.append(sent["body"])
            self.when_parking()
            return 412, {"type": "/api/v1/problems/version-stale", "parked_copy": copy}
        self.rev, self.body = self.rev + 1, sent["body"]
        return 200, self._draft()

    def _draft(self) -> dict[str, Any]:
        return {
            "rev": self.rev,
            "body": self.body,
            "saved_at": "2026-03-14T13:02:00Z",
            "body_sha256": digest(self.body),
        }


def digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def said(text: str) -> dict[str, Any]:
    block = {"id": "b", "kind": "paragraph", "text": text, "citations": []}
    return {"answers": [{"question": "q", "blocks": [block]}]}


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def context(browser: Browser, school: School) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.route(f"{HOME}/**", _files)
    context.route(f"{HOME}/api/**", school)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{HOME}/")
    return page


@pytest.fixture
def run(page: Page) -> Callable[..., Any]:
    return lambda script, arg=None: module(page, script, arg)


def _files(route: Route) -> None:
    path = route.request.url.removeprefix(HOME).split("?")[0]
    if path == "/":
        route.fulfill(content_type="text/html", body=PAGE)
    else:
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(content_type=TYPES[file.suffix], body=file.read_text())


def module(page: Page, script: str, arg: Any = None) -> Any:
    """Runs `script`, the body of a function of `arg`, with `load(name)` for a module of the desk."""
    wrapped = f"""async (arg) => {{
        const load = (name) => import(`/static/js/desk/${{name}}.js`);
        {script}
    }}"""
    return page.evaluate(wrapped, arg)


DRAFT = """
    const [{ Draft }, { Store }] = [await load("draft"), await load("store")];
    const urls = { draft: "/api/draft", attempts: "/api/attempts", parked: "/api/parked" };
    if (arg.insecure) Object.defineProperty(crypto, "subtle", { value: undefined });
    const store = await Store.open({ person: "ann", submission: "one", keys: arg.keys ?? [] });
    if (arg.full) store.put = async () => false;
    window.news = [];
    window.draft = new Draft({
      urls, store, rev: arg.rev ?? 0, body: arg.body ?? { answers: [] }, edition: "edition",
      pause: 50, longest: 400, tell: (each) => window.news.push(each),
    });
    if (arg.before) window.draft.change(arg.before);
    const started = window.draft.start();
    if (arg.during) window.draft.change(arg.during);
    await started;
"""


def open_draft(page: Page, **arg: Any) -> None:
    module(page, DRAFT, {"keys": KEYS, **arg})


def write(page: Page, text: str) -> None:
    page.evaluate("(body) => window.draft.change(body)", said(text))


def wait_for(page: Page, state: str, why: str | None = None) -> dict[str, Any]:
    page.wait_for_function(
        "([state, why]) => news.at(-1)?.state === state && (why === null || news.at(-1).why === why)", arg=[state, why]
    )
    return page.evaluate("news.at(-1)")


def copies(page: Page) -> list[dict[str, Any]]:
    return module(
        page,
        """const { Store } = await load("store");
           return (await (await Store.open({ person: "ann", submission: "one", keys: arg })).all());""",
        KEYS,
    )


# --- places in a text -------------------------------------------------------------------------------------------------


def pick(start: str, start_at: int, end: str, end_at: int) -> str:
    """Script: the anchors of a selection between two blocks, by offsets in UTF-16 units."""
    return f"""
        const {{ anchorsIn, rangeOf }} = await load("anchors");
        const root = document.getElementById("read");
        const at = (block, units) => {{
          const range = rangeOf(root.querySelector(`[data-block=${{block}}]`), units, units);
          return [range.startContainer, range.startOffset];
        }};
        const range = document.createRange();
        range.setStart(...at("{start}", {start_at}));
        range.setEnd(...at("{end}", {end_at}));
        return anchorsIn(range, root, (block) => block !== "heading");
    """


def test_offsets_count_code_points_where_the_browser_counts_units(run: Callable[..., Any]) -> None:
    [anchor] = run(pick("letters", 20, "letters", 28))
    text = "Здравствуй, брат 🧱 e\u0301t voilà."
    assert anchor == {"block": "letters", "start": 19, "end": 27, "quote": text[19:27]}
    assert anchor["quote"] == "e\u0301t voil"


def test_a_selection_never_cuts_a_letter_in_two(run: Callable[..., Any]) -> None:
    text = "Здравствуй, брат 🧱 e\u0301t voilà."
    [half_a_pair] = run(pick("letters", 12, "letters", 18))
    assert half_a_pair["quote"] == "брат 🧱" == text[half_a_pair["start"] : half_a_pair["end"]]
    [half_at_both_ends] = run(pick("letters", 18, "letters", 21))
    assert half_at_both_ends["quote"] == "🧱 e\u0301"


def test_words_inside_markup_are_counted_in_the_text_of_the_block(run: Callable[..., Any]) -> None:
    [anchor] = run(pick("parts", 5, "parts", 21))
    assert anchor == {"block": "parts", "start": 5, "end": 21, "quote": "pay by the stone"}


def test_space_around_a_selection_is_left_out_and_space_alone_is_nothing(run: Callable[..., Any]) -> None:
    [anchor] = run(pick("plain", 3, "plain", 9))
    assert (anchor["start"], anchor["end"], anchor["quote"]) == (4, 8, "wall")
    assert run(pick("plain", 3, "plain", 4)) == []


@pytest.mark.parametrize(
    ("text", "picked", "grown"),
    [
        ("A clerk delivered a letter.", "lerk delivered a l", "clerk delivered a letter"),
        ("A clerk delivered a letter.", "clerk delivered", "clerk delivered"),
        ("A clerk delivered a letter.", " delivered ", " delivered "),
        ("They don’t pay, they won't.", "n’t pay, they wo", "don’t pay, they won't"),
        ("Здравствуй, брат 🧱 мой.", "авствуй, бр", "Здравствуй, брат"),
        ("Здравствуй, брат 🧱 мой.", "ат 🧱 м", "брат 🧱 мой"),
        ("Noe\u0301mie e\u0301tait la\u0300.", "mie e", "Noe\u0301mie e\u0301tait"),
        ("وكان العمال يعدون الحجارة.", "عمال يعد", "العمال يعدون"),
        ("In 1956 they were 7,679.", "56 they were 7", "1956 they were 7,679"),
    ],
)
@pytest.mark.parametrize("segmenter", [True, False])
def test_half_words_grow_to_whole_ones_in_any_script(
    page: Page, text: str, picked: str, grown: str, segmenter: bool
) -> None:
    if not segmenter:
        page.add_init_script("delete Intl.Segmenter")
        page.reload()
        # Without the rules of Unicode for words, a figure ends at its comma.
        grown = grown.removesuffix(",679")
    start = text.index(picked)
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, start + len(picked))]
    found = module(
        page,
        """const { wholeWords } = await load("anchors");
           return arg.text.slice(...wholeWords(arg.text, ...arg.units));""",
        {"text": text, "units": units},
    )
    assert found == grown


def test_whole_words_never_reach_out_of_their_passage(run: Callable[..., Any]) -> None:
    anchors = run(
        pick("parts", 6, "list", 3).replace(
            'block !== "heading")', 'block !== "heading", (await load("anchors")).wholeWords)'
        )
    )
    assert [(anchor["block"], anchor["quote"]) for anchor in anchors] == [
        ("parts", "pay by the stone."),
        ("list", "stone"),
    ]


def test_a_selection_over_several_passages_is_one_citation_each_and_never_a_heading(run: Callable[..., Any]) -> None:
    anchors = run(pick("parts", 5, "heading", 9))
    assert [(anchor["block"], anchor["quote"]) for anchor in anchors] == [
        ("parts", "pay by the stone."),
        ("list", "stone\nmortar"),
    ]


def test_a_selection_of_everything_quotes_every_passage_whole(run: Callable[..., Any]) -> None:
    anchors = run(
        """const { anchorsIn } = await load("anchors");
           const range = document.createRange();
           range.selectNode(document.getElementById("read"));
           return anchorsIn(range, document.getElementById("read"), (block) => block !== "heading");"""
    )
    assert [anchor["quote"] for anchor in anchors] == [
        "The wall went up in a night.",
        "Здравствуй, брат 🧱 e\u0301t voilà.",
        "They pay by the stone.",
        "stone\nmortar",
    ]


@pytest.mark.parametrize("native", [True, False])
def test_a_mark_covers_exactly_the_quoted_words_and_leaves_the_text_alone(
    run: Callable[..., Any], native: bool
) -> None:
    anchors = [
        {"block": "letters", "start": 17, "end": 21, "quote": "🧱 e\u0301"},
        {"block": "parts", "start": 7, "end": 15, "quote": "y by the"},
        {"block": "plain", "start": 0, "end": 3, "quote": "Two"},  # other words: not marked
    ]
    marked = run(
        """const { Marks } = await load("marks");
           const root = document.getElementById("read");
           const texts = () => [...root.querySelectorAll("[data-block]")].map((each) => each.textContent);
           const before = texts();
           const marks = new Marks(root, { native: arg.native });
           marks.set("cited", arg.anchors);
           marks.set("cited", arg.anchors);
           const words = arg.native ? [...CSS.highlights.get("cited")].map(String)
             : arg.anchors.map(({ block }) =>
               [...root.querySelectorAll(`[data-block=${block}] mark.used`)].map((mark) => mark.textContent).join(""));
           marks.set("cited", []);
           return { words, same: String(before) === String(texts()), left: root.querySelectorAll("mark").length };""",
        {"native": native, "anchors": anchors},
    )
    assert [words for words in marked["words"] if words] == ["🧱 e\u0301", "y by the"]
    assert marked["same"]
    assert marked["left"] == 0


# --- digests ----------------------------------------------------------------------------------------------------------


def test_the_digest_of_a_body_is_the_one_that_the_receipt_names(run: Callable[..., Any]) -> None:
    body = said('Line\nbreak "quoted" \\ €  🧱 e\u0301 \u2028 \u007f')
    body["answers"][0]["blocks"][0]["citations"] = [
        {
            "id": "c",
            "source": None,
            "anchor": {"block": "p1", "start": 0, "end": 3, "quote": "The"},
            "stance": "context",
        }
    ]
    assert run('return (await load("canonical")).digest(arg)', body) == digest(body)


def test_half_a_character_from_a_broken_paste_does_not_reach_the_school(run: Callable[..., Any]) -> None:
    assert run(r'return (await load("canonical")).storable("a\ud83e b 🧱\0c")') == "a\ufffd b 🧱c"


# --- copies on the device ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["indexed", "local"])
def test_a_copy_is_read_by_its_owner_only_and_goes_by_its_digest(run: Callable[..., Any], kind: str) -> None:
    found = run(
        """const { Store } = await load("store");
           const open = (person, key) => Store.open({ person, submission: "one", keys: [key], kind: arg });
           const [hers, his, guess] = [await open("ann", "11".repeat(32)), await open("bob", "22".repeat(32)),
                                       await open("ann", "22".repeat(32))];
           await hers.put("draft/a", "digest-2", { body: "my words" });
           await hers.remove("draft/a", "digest-1");
           const read = await Promise.all([hers, his, guess].map((each) => each.all()));
           const raw = arg === "local" ? JSON.stringify({ ...localStorage }) : "";
           await hers.remove("draft/a", "digest-2");
           return { read, raw, left: await hers.all() };""",
        kind,
    )
    hers, his, guess = found["read"]
    assert [copy["value"] for copy in hers] == [{"body": "my words"}]
    assert his == guess == found["left"] == []
    assert "my words" not in found["raw"]


# --- the draft --------------------------------------------------------------------------------------------------------


def test_a_pause_saves_and_the_copy_here_goes_with_the_answer(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "One")
    write(page, "One two")
    news = wait_for(page, "school")
    assert school.saves == [said("One two")]
    assert news["at"]
    assert copies(page) == []


def told_at_once(page: Page, text: str) -> list[str]:
    """What is told of this change before anything else can happen."""
    script = (
        "(body) => { const told = news.length; draft.change(body); return news.slice(told).map((each) => each.state); }"
    )
    return page.evaluate(script, said(text))


def test_what_is_at_school_is_said_to_be_there_no_more_with_the_first_change(page: Page, school: School) -> None:
    open_draft(page)
    page.evaluate("draft.pause = draft.longest = 60_000")
    assert told_at_once(page, "O") == ["writing"]
    assert told_at_once(page, "On") == []
    wait_for(page, "here", "typing")
    assert told_at_once(page, "One") == []  # the copy here follows by itself
    page.evaluate("draft.save()")
    wait_for(page, "school")
    assert told_at_once(page, "One t") == ["writing"]
    assert told_at_once(page, "One") == ["school"]  # taken back before it was sent
    assert school.saves == [said("One")]


def test_where_nothing_is_kept_here_it_is_said_that_nothing_is(page: Page, school: School) -> None:
    open_draft(page, full=True)
    page.evaluate("draft.pause = draft.longest = 60_000")
    assert told_at_once(page, "One") == ["writing"]
    wait_for(page, "page", "typing")
    page.evaluate("draft.save()")
    wait_for(page, "school")


def test_who_writes_without_a_pause_is_saved_all_the_same(page: Page, school: School) -> None:
    open_draft(page)
    page.evaluate(
        """(body) => new Promise((resolve) => {
             let n = 0;
             const key = setInterval(() => {
               body.answers[0].blocks[0].text += "x";
               window.draft.change(structuredClone(body));
               if ((n += 1) === 60) { clearInterval(key); resolve(); }
             }, 20);
           })""",
        said("x"),
    )
    wait_for(page, "school")
    assert 2 <= len(school.saves) <= 6


def test_what_cannot_be_sent_is_kept_here_and_sent_once_the_connection_is_back(
    page: Page, context: BrowserContext, school: School
) -> None:
    open_draft(page)
    context.set_offline(True)
    page.context.unroute_all()
    page.context.route(f"{HOME}/api/**", lambda route: route.abort("internetdisconnected"))
    write(page, "On the train")
    wait_for(page, "here", "offline")
    page.context.unroute_all()
    page.context.route(f"{HOME}/**", _files)
    page.context.route(f"{HOME}/api/**", school)
    assert [copy["value"]["body"] for copy in copies(page)] == [said("On the train")]
    context.set_offline(False)
    wait_for(page, "school")
    assert school.saves == [said("On the train")]
    assert copies(page) == []


def test_a_reload_takes_up_what_was_never_sent(page: Page, school: School) -> None:
    open_draft(page, rev=0)
    school.trouble = [503] * 50
    write(page, "Unsent")
    wait_for(page, "here", "waiting")
    school.trouble = []
    page.reload()
    open_draft(page, rev=0)
    assert page.evaluate("news.find((each) => each.state === 'body').body") == said("Unsent")
    wait_for(page, "school")
    assert school.body == said("Unsent")
    assert copies(page) == []


def keep_two(page: Page) -> None:
    """What two pages left unsent, both upon revision 0."""
    module(
        page,
        """const [{ Store }, { digest }] = [await load("store"), await load("canonical")];
           const store = await Store.open({ person: "ann", submission: "one", keys: arg.keys });
           for (const [slot, body] of arg.bodies) {
             await store.put(`draft/${slot}`, await digest(body), { body, rev: 0 });
             await new Promise((resolve) => setTimeout(resolve, 20));
           }""",
        {"keys": KEYS, "bodies": [["older", said("Older")], ["newer", said("Newer")]]},
    )


def test_of_two_unsent_copies_the_newest_is_the_draft_and_the_other_is_set_aside(page: Page, school: School) -> None:
    keep_two(page)
    open_draft(page)
    assert wait_for(page, "parked")["parked"]["body_sha256"] == digest(said("Older"))
    assert (school.body, school.parked) == (said("Newer"), [said("Older")])
    assert copies(page) == []


def test_while_the_newest_copy_cannot_be_sent_no_other_goes_before_it(page: Page, school: School) -> None:
    keep_two(page)
    school.trouble = [503]
    open_draft(page)
    wait_for(page, "school")
    assert (school.body, school.parked) == (said("Newer"), [])
    assert [copy["value"]["body"] for copy in copies(page)] == [said("Older")]


def test_a_save_whose_answer_was_lost_is_found_again_and_conflicts_with_nobody(page: Page, school: School) -> None:
    school.loses_answers = 1
    open_draft(page)
    write(page, "Once")
    wait_for(page, "school")
    assert (school.rev, school.parked) == (1, [])
    write(page, "Once more")
    page.wait_for_function("news.filter((each) => each.state === 'school').length > 1")
    assert (school.rev, school.body, school.parked) == (2, said("Once more"), [])


def test_words_typed_after_a_save_whose_answer_was_lost_go_on_from_it(page: Page, school: School) -> None:
    school.loses_answers = 1
    open_draft(page)
    write(page, "Once")
    wait_for(page, "here", "offline")
    write(page, "Once and again")
    wait_for(page, "school")
    assert (school.rev, school.body, school.parked) == (2, said("Once and again"), [])


def test_a_save_from_another_tab_stops_the_saving_and_parks_the_words(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 3, said("From elsewhere")
    write(page, "Mine")
    news = wait_for(page, "parked")
    assert news["why"] == "stale"
    assert news["parked"]["body_sha256"] == digest(said("Mine"))
    assert school.body == said("From elsewhere")
    write(page, "Mine, and more")
    page.wait_for_timeout(300)
    assert said("Mine, and more") not in school.saves
    assert school.parked == [said("Mine")]


def test_the_same_words_saved_by_two_tabs_are_no_conflict(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 1, said("The same")
    write(page, "The same")
    wait_for(page, "school")
    assert school.deleted == ["copy-0"]
    write(page, "The same, longer")
    page.wait_for_function("news.filter((each) => each.state === 'school').length > 1")
    assert school.body == said("The same, longer")


@pytest.mark.parametrize(("status", "why"), [(503, "waiting"), (429, "waiting"), (408, "waiting"), (401, "signin")])
def test_trouble_that_passes_is_waited_out(page: Page, school: School, status: int, why: str) -> None:
    open_draft(page)
    school.trouble = [status]
    write(page, "Patient")
    wait_for(page, "here", why)
    page.evaluate("dispatchEvent(new Event('focus')), dispatchEvent(new Event('online'))")
    wait_for(page, "school")
    assert school.body == said("Patient")


def test_a_refusal_stops_the_saving_says_why_and_keeps_the_copy(page: Page, school: School) -> None:
    open_draft(page)
    school.trouble = [404]
    write(page, "Refused")
    news = wait_for(page, "refused")
    assert news["detail"] == "Not now."
    assert [copy["value"]["body"] for copy in copies(page)] == [said("Refused")]
    page.evaluate("draft.resume()")
    wait_for(page, "school")
    assert copies(page) == []


def test_without_a_place_to_keep_it_the_page_says_so(page: Page, school: School) -> None:
    school.trouble = [503]
    open_draft(page, keys=[])
    write(page, "Fleeting")
    wait_for(page, "page", "waiting")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, "school")


# --- handing in -------------------------------------------------------------------------------------------------------


def test_two_presses_and_a_lost_answer_are_one_hand_in(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "Final")
    wait_for(page, "school")
    school.loses_answers = 1
    page.evaluate("draft.handIn(), draft.handIn()")
    page.wait_for_function("news.some((each) => each.state === 'handing' && each.why)")
    page.evaluate("dispatchEvent(new Event('online')), draft.handIn()")
    news = wait_for(page, "receipt")
    assert (news["number"], len(school.attempts)) == (1, 1)
    assert [attempt["body"] for attempt in school.attempts.values()] == [said("Final")]
    assert copies(page) == []


def test_handing_in_saves_what_is_on_the_page_first(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "Just typed")
    page.evaluate("draft.handIn()")
    wait_for(page, "receipt")
    assert school.body == said("Just typed")
    assert [attempt["body"] for attempt in school.attempts.values()] == [said("Just typed")]


def test_a_hand_in_outlives_its_page(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "From the bus")
    wait_for(page, "school")
    school.loses_answers = 50
    page.evaluate("void draft.handIn()")
    wait_for(page, "handing", "offline")
    school.loses_answers = 0
    page.reload()
    open_draft(page, rev=1, body=said("From the bus"))
    wait_for(page, "receipt")
    assert len(school.attempts) == 1
    assert copies(page) == []


def test_a_hand_in_whose_draft_was_set_aside_is_not_sent_by_a_later_page(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 3, said("From elsewhere")
    write(page, "Mine")
    page.evaluate("draft.handIn()")
    wait_for(page, "parked", "stale")
    assert (copies(page), school.parked) == ([], [said("Mine")])
    page.reload()
    open_draft(page, rev=3, body=said("From elsewhere"))
    page.wait_for_timeout(300)
    assert school.attempts == {}


def test_a_hand_in_that_waits_can_be_taken_back(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "Not yet")
    wait_for(page, "school")
    school.trouble = [503] * 50
    page.evaluate("void draft.handIn()")
    wait_for(page, "handing", "waiting")
    page.evaluate("draft.takeBack()")
    wait_for(page, "school")
    school.trouble = []
    assert (copies(page), school.attempts) == ([], {})


def test_a_receipt_for_other_words_removes_nothing(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "Mine")
    wait_for(page, "school")
    page.context.route(
        f"{HOME}/api/attempts",
        lambda route: route.fulfill(
            status=201, json={"attempt": {"number": 1}, "receipt": {"code": "X", "body_sha256": digest(said("Other"))}}
        ),
    )
    page.evaluate("draft.handIn()")
    assert wait_for(page, "refused")["why"] == "digest-mismatch"


# --- words that could be lost, and what could be said of them falsely -------------------------------------------------


def test_back_at_the_text_of_the_school_after_a_refusal_the_saving_goes_on(page: Page, school: School) -> None:
    open_draft(page, rev=1, body=said("One"))
    school.rev, school.body = 1, said("One")
    school.trouble = [413]
    write(page, "One, and a megabyte")
    wait_for(page, "refused")
    write(page, "One")
    wait_for(page, "school")
    write(page, "One two")
    page.wait_for_function("news.at(-1).state === 'school' && !draft.dirty")
    assert school.body == said("One two")
    assert copies(page) == []


def test_a_change_after_a_refusal_is_sent_again(page: Page, school: School) -> None:
    open_draft(page)
    school.trouble = [413]
    write(page, "Far too long")
    wait_for(page, "refused")
    write(page, "Short")
    wait_for(page, "school")
    assert school.body == said("Short")


def test_back_at_the_text_of_the_school_what_was_set_aside_still_waits_for_a_choice(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 3, said("From elsewhere")
    write(page, "Mine")
    wait_for(page, "parked")
    page.evaluate("draft.change({ answers: [] })")
    page.wait_for_timeout(200)
    assert page.evaluate("news.at(-1).state") == "parked"


def test_handing_in_what_is_refused_says_that_nothing_was_handed_in(page: Page, school: School) -> None:
    open_draft(page)
    school.trouble = [413, 413]
    write(page, "Far too long")
    wait_for(page, "refused")
    told = page.evaluate("news.length")
    page.evaluate("draft.handIn()")
    page.wait_for_function("(told) => news.length > told && news.at(-1).state === 'refused'", arg=told)
    assert page.evaluate("news.at(-1).handIn") is True
    assert school.attempts == {}
    page.evaluate("draft.handIn()")
    wait_for(page, "receipt")
    assert [attempt["body"] for attempt in school.attempts.values()] == [said("Far too long")]


def test_handing_in_while_a_choice_waits_shows_the_choice_again(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 3, said("From elsewhere")
    write(page, "Mine")
    wait_for(page, "parked")
    told = page.evaluate("news.length")
    page.evaluate("draft.handIn()")
    assert page.evaluate("(told) => news.slice(told).map((each) => each.state)", told) == ["parked"]
    assert school.attempts == {}


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_back_at_an_earlier_text_after_a_lost_save_the_school_gets_that_text(
    page: Page, school: School, lost: str
) -> None:
    open_draft(page, rev=1, body=said("One"))
    school.rev, school.body = 1, said("One")
    if lost == "answer":
        school.loses_answers = 1
    else:
        school.trouble = [429]
    write(page, "One, and worse")
    wait_for(page, "here", "offline" if lost == "answer" else "waiting")
    write(page, "One")
    page.wait_for_function("news.at(-1).state === 'school' && !draft.dirty")
    assert (school.body, school.parked, copies(page)) == (said("One"), [], [])


def test_words_written_before_the_start_stay_and_the_older_copy_is_set_aside_beside_them(
    page: Page, school: School
) -> None:
    keep_two(page)
    open_draft(page, before=said("Typed at once"))
    wait_for(page, "parked")
    assert school.body == said("Typed at once")
    assert not page.evaluate("news.some((each) => each.state === 'body')")
    assert school.parked == [said("Newer")]
    page.reload()
    open_draft(page, rev=1, body=said("Typed at once"))
    wait_for(page, "parked")
    assert school.parked == [said("Newer"), said("Older")]
    assert copies(page) == []


def test_words_written_while_the_copies_are_read_stay(page: Page, school: School) -> None:
    keep_two(page)
    open_draft(page, during=said("Typed meanwhile"))
    wait_for(page, "parked")
    assert (school.body, school.parked) == (said("Typed meanwhile"), [said("Newer")])


def test_words_written_while_an_older_copy_is_brought_reach_the_school_before_the_choice(
    page: Page, school: School
) -> None:
    keep_two(page)
    school.when_parking = lambda: write(page, "Typed meanwhile")
    school.rev, school.body = 7, said("At school")
    open_draft(page, rev=7, body=said("At school"))
    wait_for(page, "parked")
    assert school.body == said("Typed meanwhile")
    assert school.parked == [said("Newer")]


def test_an_old_copy_goes_only_once_the_new_one_is_kept(page: Page, school: School) -> None:
    keep_two(page)
    school.trouble = [503] * 50
    open_draft(page, full=True)
    wait_for(page, "page", "waiting")
    assert sorted(copy["slot"] for copy in copies(page)) == ["draft/newer", "draft/older"]
    assert page.evaluate("draft.fleeting")
    school.trouble = []
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("news.some((each) => each.state === 'school')")
    assert school.body == said("Newer")
    assert "draft/newer" not in [copy["slot"] for copy in copies(page)]


def test_what_a_full_device_takes_back_at_the_end_was_not_kept(run: Callable[..., Any]) -> None:
    kept = run(
        """const { Store } = await load("store");
           const store = await Store.open({ person: "ann", submission: "one", keys: arg });
           const { put } = IDBObjectStore.prototype;
           IDBObjectStore.prototype.put = function (record) {
             const request = put.call(this, record);
             request.addEventListener("success", () => this.transaction.abort());
             return request;
           };
           const full = await store.put("draft/a", "digest", { body: "my words" });
           IDBObjectStore.prototype.put = put;
           return [full, await store.put("draft/b", "digest", {}), (await store.all()).map((each) => each.slot)];""",
        KEYS,
    )
    assert kept == [False, True, ["draft/b"]]


def test_storage_that_never_answers_keeps_nobody_from_writing(page: Page, school: School) -> None:
    page.evaluate("IDBFactory.prototype.open = () => ({})")
    open_draft(page)
    write(page, "All the same")
    wait_for(page, "school")
    assert school.body == said("All the same")


def test_a_damaged_copy_hides_no_other(page: Page, school: School) -> None:
    keep_two(page)
    module(
        page,
        """const { Store } = await load("store");
           const store = await Store.open({ person: "ann", submission: "one", keys: arg });
           const key = `${store.scope}draft/bad`;
           await store.place.put({ key, digest: "", at: Date.now(), iv: "%", sealed: "%" });""",
        KEYS,
    )
    open_draft(page)
    wait_for(page, "parked")
    assert school.body == said("Newer")


@pytest.mark.parametrize("keys", [KEYS, []])
def test_a_page_of_the_net_in_place_of_an_answer_is_no_save(page: Page, school: School, keys: list[str]) -> None:
    open_draft(page, keys=keys, insecure=not keys)
    school.portal = True
    write(page, "Behind a portal")
    wait_for(page, "here" if keys else "page", "waiting")
    assert not page.evaluate("news.some((each) => each.state === 'school')")
    school.portal = False
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, "school")
    assert school.body == said("Behind a portal")


def test_a_lost_connection_does_not_lift_what_waits_for_a_choice(page: Page, school: School) -> None:
    open_draft(page)
    school.rev, school.body = 3, said("From elsewhere")
    write(page, "Mine")
    wait_for(page, "parked")
    page.evaluate("dispatchEvent(new Event('offline'))")
    assert page.evaluate("news.at(-1).state") == "parked"


def test_until_the_receipt_nothing_but_the_hand_in_is_told(page: Page, school: School) -> None:
    open_draft(page)
    # At one go: on a slow machine the pause after typing would be over before the hand-in.
    told = page.evaluate(
        """(body) => {
             draft.change(body);
             const told = news.length;
             draft.handIn();
             return told;
           }""",
        said("Just typed"),
    )
    wait_for(page, "receipt")
    assert set(page.evaluate("(told) => news.slice(told).map((each) => each.state)", told)) == {"handing", "receipt"}


def test_a_hand_in_that_was_taken_back_on_its_way_does_not_hold_up_the_next(
    page: Page, context: BrowserContext, school: School
) -> None:
    open_draft(page)
    write(page, "Not yet")
    wait_for(page, "school")
    held: list[Route] = []
    context.route(f"{HOME}/api/attempts", lambda route: held.append(route))
    page.evaluate("void draft.handIn()")
    page.wait_for_function("news.at(-1).state === 'handing'")
    page.evaluate("draft.takeBack()")
    wait_for(page, "school")
    context.unroute(f"{HOME}/api/attempts")
    write(page, "Now")
    page.wait_for_function("news.at(-1).state === 'school' && !draft.dirty")
    page.evaluate("void draft.handIn()")
    wait_for(page, "receipt")
    assert [attempt["body"] for attempt in school.attempts.values()] == [said("Now")]


def test_a_hand_in_that_this_device_does_not_keep_says_so(page: Page, school: School) -> None:
    open_draft(page, keys=[])
    write(page, "Final")
    wait_for(page, "school")
    assert not page.evaluate("draft.fleeting")
    school.trouble = [503] * 50
    page.evaluate("void draft.handIn()")
    wait_for(page, "handing", "page")
    assert page.evaluate("draft.fleeting")
    school.trouble = []
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, "receipt")


def test_two_who_wait_for_the_same_save_do_not_both_send(page: Page, school: School) -> None:
    open_draft(page)
    page.evaluate(
        """([one, two]) => {
             draft.change(one);
             const first = draft.save();
             draft.change(two);
             return Promise.all([first, draft.save(), draft.save()]);
           }""",
        [said("One"), said("One two")],
    )
    wait_for(page, "school")
    assert (school.saves, school.parked) == ([said("One"), said("One two")], [])


def test_a_page_is_left_with_a_save_only_where_the_browser_carries_it(page: Page) -> None:
    carried = module(
        page,
        """const { ask } = await load("api");
           const { fetch } = window;
           const carried = [];
           window.fetch = async (url, { keepalive }) => { carried.push(keepalive); throw new TypeError(); };
           for (const text of ["k".repeat(50_000), "ж".repeat(50_000)]) {
             await ask("/api/draft", { method: "PUT", body: { text }, leaving: true });
           }
           window.fetch = fetch;
           return carried;""",
    )
    assert carried == [True, False]


# --- when it was finished ---------------------------------------------------------------------------------------------


def the_clocks_go_on(page: Page, *, mono: int, wall: int) -> None:
    """So many seconds pass on the clock that nobody sets, and on the one on the wall."""
    page.evaluate(
        """([mono, wall]) => {
             const [runs, shows] = [performance.now.bind(performance), Date.now];
             performance.now = () => runs() + mono * 1000;
             Date.now = () => shows() + wall * 1000;
           }""",
        [mono, wall],
    )


def only_attempt(school: School) -> dict[str, Any]:
    [attempt] = school.attempts.values()
    return attempt


def test_every_request_of_a_page_tells_one_name_and_the_time_of_the_device(page: Page, school: School) -> None:
    open_draft(page)
    page.evaluate("draft.greet()")
    write(page, "Told")
    wait_for(page, "school")
    page.evaluate("draft.handIn()")
    wait_for(page, "receipt")
    boots = {boot for boot, _time in school.told}
    assert (len(school.told), len(boots)) == (3, 1)
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", boots.pop() or "")
    assert all(dt.datetime.fromisoformat(time or "").tzinfo for _boot, time in school.told)
    page.reload()
    open_draft(page)
    page.evaluate("draft.greet()")
    page.wait_for_function("draft.clock.token")
    assert len({boot for boot, _time in school.told}) == 2


def test_a_hand_in_says_when_it_was_pressed_counted_from_the_newest_token(page: Page, school: School) -> None:
    open_draft(page)
    page.evaluate("draft.greet()")
    write(page, "At twenty to twelve")
    wait_for(page, "school")
    page.wait_for_function("draft.clock.token === 'token-2'")
    the_clocks_go_on(page, mono=1200, wall=1200)
    page.evaluate("draft.handIn()")
    wait_for(page, "receipt")
    captured = only_attempt(school)["captured"]
    assert (captured["time_token"], captured["boot"]) == ("token-2", school.told[-1][0])
    assert 1200 <= captured["mono_s"] < 1260
    assert dt.datetime.fromisoformat(captured["at"]).tzinfo


def test_a_hand_in_that_a_later_page_sends_says_when_it_was_pressed_and_not_when_it_was_sent(
    page: Page, school: School
) -> None:
    open_draft(page)
    write(page, "From the train")
    wait_for(page, "school")
    school.loses_answers = 50
    page.evaluate("void draft.handIn()")
    wait_for(page, "handing", "offline")
    pressed = page.evaluate("draft.entry.captured")
    school.loses_answers, school.attempts = 0, {}
    page.reload()
    open_draft(page, rev=1, body=said("From the train"))
    wait_for(page, "receipt")
    assert only_attempt(school)["captured"] == pressed
    assert pressed["time_token"] == "token-1"
    assert pressed["boot"] == school.told[0][0] != school.told[-1][0]


def test_a_hand_in_that_was_taken_back_is_finished_when_it_is_pressed_anew(page: Page, school: School) -> None:
    open_draft(page)
    write(page, "Not yet")
    wait_for(page, "school")
    school.trouble = [503] * 50
    page.evaluate("void draft.handIn()")
    wait_for(page, "handing", "waiting")
    first = page.evaluate("draft.entry.captured.mono_s")
    page.evaluate("draft.takeBack()")
    school.trouble = []
    the_clocks_go_on(page, mono=300, wall=300)
    page.evaluate("draft.handIn()")
    wait_for(page, "receipt")
    assert only_attempt(school)["captured"]["mono_s"] >= first + 300


def test_a_hand_in_of_a_page_that_never_reached_the_school_has_no_token(page: Page, school: School) -> None:
    school.trouble = [503] * 50
    open_draft(page)
    write(page, "Never online")
    wait_for(page, "here", "waiting")
    page.evaluate("void draft.handIn()")
    page.wait_for_function("draft.entry?.captured")
    assert page.evaluate("draft.entry.captured.time_token + draft.entry.captured.mono_s") == "0"


def test_the_school_is_asked_for_its_time_once_and_again_where_the_device_slept_or_was_set(
    page: Page, school: School
) -> None:
    open_draft(page)
    page.evaluate("draft.greet()")
    page.wait_for_function("draft.clock.token")
    the_clocks_go_on(page, mono=3600, wall=3600)
    page.evaluate("draft.greet()")
    page.wait_for_timeout(200)
    assert len(school.told) == 1
    the_clocks_go_on(page, mono=0, wall=3600)
    page.evaluate("draft.greet()")
    page.wait_for_function("draft.clock.token === 'token-2'")


# --- the answers ------------------------------------------------------------------------------------------------------


def test_citations_are_numbered_through_all_questions_in_the_order_of_reading(run: Callable[..., Any]) -> None:
    found = run(
        """const { Answers, placed } = await load("body");
           const place = { block: "p1", start: 0, end: 3, quote: "The" };
           const citation = (id, at) => ({ id, source: null, anchor: place, stance: "context", ...at });
           const block = (id, citations) => ({ id, kind: "paragraph", text: "It was 🧱 built.", citations });
           const answers = new Answers([{ id: "one", kind: "essay" }, { id: "two", kind: "essay" }], { answers: [
             { question: "two", blocks: [block("b2", [citation("last")])] },
             { question: "one", blocks: [
               block("b1", [citation("end"), citation("late", { at: 9 }), citation("early", { at: 2 })]),
             ] },
           ] });
           const before = answers.number("last");
           answers.uncite("b1", "late");
           return { order: answers.citations("one").map(({ id }) => id), before, after: answers.number("last") };"""
    )
    assert found == {"order": ["early", "end"], "before": 4, "after": 3}


def test_a_table_has_every_cell_and_sends_those_that_say_something(run: Callable[..., Any]) -> None:
    cell = {"id": "c", "kind": "cell", "row": "b", "column": "who", "text": "A mason.", "citations": []}
    body = {"answers": [{"question": "table", "blocks": [cell]}]}
    found = run(
        """const { Answers } = await load("body");
           const asked = [{ id: "table", kind: "table", required: true, rows: ["a", "b"], columns: ["who", "hides"] }];
           const answers = new Answers(asked, arg);
           const untouched = answers.body();
           const places = answers.blocks().map(({ row, column }) => `${row} ${column}`);
           const empty = answers.emptyCells("table");
           answers.blocks()[0].text = "Nobody.";
           const missing = answers.missing().length;
           for (const each of answers.blocks()) each.text ||= "Something.";
           return { untouched, places, empty, missing, full: answers.missing().length, body: answers.body() };""",
        body,
    )
    assert found["untouched"] == body
    assert found["places"] == ["a who", "a hides", "b who", "b hides"]
    assert (found["empty"], found["missing"], found["full"]) == (3, 1, 0)
    table = Question("table", "table", rows=("a", "b"), columns=("who", "hides"))
    said = answers.read(found["body"])
    assert answers.faults(said, questions={"table": table}, check_citation=lambda _citation: None) == []
    assert answers.required_missing(said, {"table": table}) == []


def test_answers_that_hold_nothing_are_not_sent_and_what_is_taken_out_comes_back(run: Callable[..., Any]) -> None:
    found = run(
        """const { Answers } = await load("body");
           const answers = new Answers([{ id: "essay", kind: "essay", required: true }, { id: "one", kind: "single" }],
                                       { answers: [] });
           const empty = answers.body();
           const claim = answers.add("essay", "claim");
           claim.text = "A claim of five words";
           const open = answers.openClaims().length;
           const place = { block: "p1", start: 0, end: 3, quote: "The" };
           const first = answers.cite(claim.id, { source: null, anchor: place, stance: "supports" });
           const second = answers.cite(claim.id, { source: null, anchor: place, stance: "context" });
           const undo = answers.uncite(claim.id, first.id);
           const renumbered = answers.number(second.id);
           undo();
           answers.answer("one").choice = ["b"];
           return { empty, open, renumbered, number: answers.number(second.id), words: answers.words("essay"),
                    missing: answers.missing().length, body: answers.body() };"""
    )
    assert found["empty"] == {"answers": []}
    assert (found["open"], found["renumbered"], found["number"], found["words"]) == (1, 1, 2, 5)
    assert found["missing"] == 0
    essay, choice = found["body"]["answers"]
    assert [block["kind"] for block in essay["blocks"]] == ["paragraph", "claim"]
    assert choice == {"question": "one", "blocks": [], "choice": ["b"]}
