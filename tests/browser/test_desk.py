"""A student at her desk: citing in three ways, keeping what she writes, handing in once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from playwright.sync_api import Page, expect

from assignments import actions
from assignments.models import Assignment, Attempt, Citation, Draft, ParkedCopy, Submission
from tests.assignments import work
from tests.browser import desks
from tests.browser.helpers import axe, signed_in
from tests.cast import Cast

ESSAY = "#desk-form [data-question] textarea"


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return desks.give(cast)


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    return desks.desk_of(assignment, cast)


@pytest.fixture
def desk(page: Page, cast: Cast, submission: Submission) -> Page:
    return opened(signed_in(page, cast.student), submission)


def opened(page: Page, submission: Submission) -> Page:
    page.goto(f"/work/{submission.pk}/")
    page.wait_for_function("document.querySelector('[data-block][tabindex]')")
    return page


def saved(page: Page) -> None:
    """The school has what was done last: with it the page says that it has it no more."""
    expect(page.locator("[data-save]")).to_have_attribute("data-save", "school")


def draft_text(submission: Submission) -> str:
    body = Draft.objects.get(submission=submission).body
    return " ".join(block["text"] for answer in body["answers"] for block in answer["blocks"])


def citations(submission: Submission) -> list[dict[str, Any]]:
    body = Draft.objects.get(submission=submission).body
    return [c for answer in body["answers"] for block in answer["blocks"] for c in block["citations"]]


def citations_are(number: int, page: Page, submission: Submission) -> list[dict[str, Any]]:
    """The school comes to have that many: what is shown as saved may still be the save before."""
    for _again in range(80):
        if Draft.objects.filter(submission=submission).exists() and len(found := citations(submission)) == number:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(citations(submission))} citations, not {number}")


def copies_are(number: int, page: Page) -> None:
    """The device comes to keep that many pieces of work: it lets a copy go a moment after the school has its text."""
    for _ in range(80):
        found = page.evaluate(
            """async () => {
                 const { unsentOf } = await import("/static/js/desk/store.js");
                 return unsentOf(JSON.parse(document.getElementById("desk-config").textContent).person);
               }"""
        )
        if len(found) == number:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"This device keeps {found}, not {number}.")


# --- Citing -----------------------------------------------------------------------------------------------------------


def test_she_cites_with_the_mouse_and_the_chip_opens_the_passage(desk: Page, submission: Submission) -> None:
    desk.locator(ESSAY).first.fill("Nobody asked them.")
    block = desk.locator("#read [data-block]", has_text="The wall went up").first
    box = block.bounding_box()
    assert box
    desk.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 150, box["y"] + box["height"] / 2, steps=5)
    desk.mouse.up()
    panel = desk.locator("#citing")
    expect(panel).to_be_visible()
    panel.get_by_text("contradicts").click()
    panel.get_by_role("button", name="Cite").click()
    expect(panel).to_be_hidden()
    chip = desk.locator("#answer .cite").first
    expect(chip).to_contain_text("¶1")
    saved(desk)
    [citation] = citations(submission)
    assert citation["stance"] == "contradicts"
    assert citation["anchor"]["quote"].startswith("The wall went")
    desk.locator(".tabs a", has_text="Source B").click()
    expect(block).to_be_hidden()
    chip.click()
    expect(block).to_be_visible()
    expect(block).to_be_focused()
    assert desk.evaluate("[...CSS.highlights.get('opened')].map(String)") == [citation["anchor"]["quote"]]


def test_the_mouse_cites_whole_words_and_a_number_counts_through_all_questions(
    desk: Page, submission: Submission
) -> None:
    def drag(begin: str, to: str) -> None:
        """From within the first of these words to within the second, both of the first paragraph."""
        first, last = (
            desk.evaluate(
                """async (word) => {
                     const { rangeOf } = await import("/static/js/desk/anchors.js");
                     const blocks = [...document.querySelectorAll("#read [data-block]")];
                     const block = blocks.find((each) => each.textContent.startsWith("The wall"));
                     const at = block.textContent.indexOf(word) + 2;
                     const { x, y, height } = rangeOf(block, at, at + 1).getBoundingClientRect();
                     return [x + 1, y + height / 2];
                   }""",
                word,
            )
            for word in (begin, to)
        )
        desk.mouse.move(*first)
        desk.mouse.down()
        desk.mouse.move(*last, steps=5)
        desk.mouse.up()
        expect(desk.locator("#citing")).to_be_visible()

    drag("wall", "night")
    desk.locator("#citing").get_by_role("button", name="Cite").click()
    # The key takes the same words as the mouse that chose them.
    desk.locator(ESSAY).nth(1).focus()
    drag("went", "nobody")
    desk.keyboard.press("c")
    desk.locator("#citing").get_by_role("button", name="Cite").click()
    expect(desk.locator("#answer .cite-no")).to_have_text(["1", "2"])
    assert [c["anchor"]["quote"] for c in citations_are(2, desk, submission)] == [
        "wall went up in a night",
        "went up in a night, and nobody",
    ]
    expect(desk.locator("#read [data-tag]").first).to_have_text("cited as 1, 2 in your answer")
    desk.locator("#answer [data-remove-citation]").first.click()
    expect(desk.locator("#answer .cite-no")).to_have_text(["1"])
    expect(desk.locator("#answer [data-remove-citation]")).to_have_accessible_name("Remove citation 1, ¶1")


def test_the_keyboard_need_not_pass_through_the_reading_to_write(desk: Page) -> None:
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    expect(desk.locator(":focus")).to_have_text("Skip the reading")
    desk.keyboard.press("Enter")
    fields = desk.locator("#answer textarea, #answer input:visible").first
    for _field in range(3):
        desk.keyboard.press("Tab")
        if fields.evaluate("each => each === document.activeElement"):
            break
    expect(fields).to_be_focused()


def test_she_cites_with_the_keyboard_alone_and_ends_the_citation_earlier(desk: Page, submission: Submission) -> None:
    desk.locator("#read").focus()
    passage = desk.locator("#read [data-block][tabindex='0']")
    while not passage.evaluate("each => each === document.activeElement"):
        desk.keyboard.press("Tab")
    desk.keyboard.press("Shift+ArrowLeft")
    desk.keyboard.press("Shift+ArrowLeft")
    desk.keyboard.press("Shift+ArrowDown")
    desk.keyboard.press("c")
    expect(desk.locator("#citing [data-title]")).to_have_text("Cite these 8 words of ¶1")
    axe(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#citing")).to_be_hidden()
    expect(passage).to_be_focused()
    saved(desk)
    [citation] = citations(submission)
    assert citation["anchor"]["quote"] == "wall went up in a night, and nobody"
    assert citation["anchor"]["start"] == 4
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("c")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer .cite")).to_have_count(2)
    assert citations_are(2, desk, submission)[1]["anchor"]["quote"] == "stone\nmortar\nlabour"


def test_she_cites_with_a_finger_over_two_passages(
    people: Callable[..., Page], cast: Cast, submission: Submission
) -> None:
    phone = signed_in(people(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True), cast.student)
    opened(phone, submission)
    phone.get_by_role("link", name="Source A").tap()
    phone.evaluate(
        """async () => {
             const { rangeOf } = await import("/static/js/desk/anchors.js");
             const blocks = [...document.querySelectorAll("#read [data-block]")];
             const [one, two] = blocks.filter((each) => each.checkVisibility());
             const range = rangeOf(one, 4, 10);
             const end = rangeOf(two, 18, 18);    // between the two halves of the brick
             range.setEnd(end.startContainer, end.startOffset);
             getSelection().removeAllRanges();
             getSelection().addRange(range);
           }"""
    )
    panel = phone.locator("#citing")
    expect(panel).to_be_visible()
    expect(panel.locator("[data-title]")).to_contain_text("A1, A2")
    axe(phone)
    panel.get_by_role("button", name="Cite").tap()
    saved(phone)
    first, second = citations(submission)
    assert first["anchor"]["quote"].startswith("foreman keeps the count")
    assert second["anchor"]["quote"] == "Здравствуй, брат 🧱"
    assert (second["anchor"]["start"], second["anchor"]["end"]) == (0, 18)  # code points, not the 19 units
    assert first["source"] == second["source"] is not None
    phone.get_by_role("link", name="Answer").tap()
    expect(phone.locator("#answer .cite")).to_have_count(2)
    phone.locator("#answer .cite").first.tap()
    expect(phone.locator("body")).to_have_attribute("data-pane", "read")


def test_a_claim_without_evidence_shows_its_socket_until_it_is_cited_for(desk: Page, submission: Submission) -> None:
    desk.get_by_role("button", name="Add a claim").click()
    desk.keyboard.type("The office kept the count.")
    claim = desk.locator("[data-kind=claim]")
    expect(claim.locator("[data-socket]")).to_be_visible()
    claim.get_by_role("button", name="Cite a passage").click()
    desk.keyboard.press("c")
    expect(desk.locator("#citing input:checked")).to_have_value("supports")
    desk.keyboard.press("Enter")
    expect(claim.locator("[data-socket]")).to_be_hidden()
    expect(claim.locator("[data-evidence]")).to_have_text("1 piece of evidence")
    claim.get_by_role("button", name="Remove citation").click()
    expect(claim.locator("[data-socket]")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(claim.locator(".cite")).to_have_count(1)
    claim.get_by_label("stands to it").select_option("contradicts")
    saved(desk)
    assert [c["stance"] for c in citations_are(1, desk, submission)] == ["contradicts"]


# --- Keeping ----------------------------------------------------------------------------------------------------------


def test_what_she_writes_is_at_school_within_two_seconds_of_a_pause_and_survives_a_reload(
    desk: Page, submission: Submission
) -> None:
    # The clock of the page stands still but for these two seconds: how busy the machine is makes no difference.
    desk.clock.install()
    desk.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    desk.locator(ESSAY).first.press_sequentially("They counted the stones.")
    expect(desk.locator("[data-save]")).not_to_have_attribute("data-save", "school")
    desk.clock.run_for(2000)
    saved(desk)
    desk.clock.resume()
    assert draft_text(submission).strip() == "They counted the stones."
    desk.get_by_label("The city").first.check()
    desk.reload()
    expect(desk.locator(ESSAY).first).to_have_value("They counted the stones.")
    saved(desk)
    expect(desk.get_by_label("The city").first).to_be_checked()
    copies_are(0, desk)


def test_that_the_school_has_it_is_said_no_more_with_the_first_letter(desk: Page, submission: Submission) -> None:
    """Also before the storage of this browser has answered, and before it keeps anything."""
    desk.locator(ESSAY).first.fill("So far.")
    saved(desk)
    for page in (desk, desk.context.new_page()):
        state = page.locator("[data-save]")
        if page is not desk:
            page.add_init_script("IDBFactory.prototype.open = () => ({});")  # never answers
            opened(page, submission)
            expect(state).to_have_attribute("data-save", "school")
        words = page.locator(ESSAY).first.evaluate(
            """(field) => {
                 field.value += " On.";
                 field.dispatchEvent(new Event("input", { bubbles: true }));
                 const box = document.querySelector("[data-save]");
                 return [box.dataset.save, box.innerText.trim()];
               }"""
        )
        assert words == ["writing", "Not saved yet"]
        saved(page)
    assert draft_text(submission).strip() == "So far. On. On."


def test_leaving_the_page_sends_what_was_typed_a_moment_ago(desk: Page, submission: Submission) -> None:
    desk.locator(ESSAY).first.fill("In a hurry.")
    desk.goto("/receipts/")
    desk.goto(f"/work/{submission.pk}/")
    expect(desk.locator(ESSAY).first).to_have_value("In a hurry.")
    saved(desk)
    assert draft_text(submission).strip() == "In a hurry."
    copies_are(0, desk)
    assert not ParkedCopy.objects.exists()


def test_on_a_phone_the_tab_mark_follows_a_swipe(
    people: Callable[..., Page], cast: Cast, submission: Submission
) -> None:
    phone = signed_in(people(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True), cast.student)
    opened(phone, submission)
    read, answer = phone.locator(".tabbar a").all()
    expect(read).to_have_attribute("aria-current", "true")
    phone.evaluate("document.querySelector('.panes').scrollTo({ left: 390, behavior: 'instant' })")
    expect(answer).to_have_attribute("aria-current", "true")
    expect(phone.locator(ESSAY).first).to_be_in_viewport()


def test_a_lost_connection_keeps_her_words_here_and_sends_them_later(desk: Page, submission: Submission) -> None:
    desk.context.set_offline(True)
    desk.locator(ESSAY).first.fill("On the train.")
    expect(desk.locator("[data-save]")).to_have_attribute("data-save", "here")
    expect(desk.locator("[data-trouble-words]")).to_contain_text("No connection")
    axe(desk)
    assert not Draft.objects.filter(submission=submission).exists()
    copies_are(1, desk)
    desk.context.set_offline(False)
    saved(desk)
    expect(desk.locator("[data-trouble]")).to_be_hidden()
    assert draft_text(submission).strip() == "On the train."
    copies_are(0, desk)


def test_a_second_tab_meets_both_texts_and_nothing_is_overwritten(
    desk: Page, cast: Cast, submission: Submission
) -> None:
    other = opened(desk.context.new_page(), submission)
    desk.locator(ESSAY).first.fill("From the first tab.")
    saved(desk)
    other.locator(ESSAY).first.fill("From the second tab.")
    expect(other.locator("[data-conflict] h2")).to_be_visible()
    versions = other.locator("[data-conflict] .versions")
    expect(versions).to_contain_text("From the first tab.")
    expect(versions).to_contain_text("From the second tab.")
    expect(other.locator(ESSAY).first).not_to_be_editable()
    axe(other)
    assert draft_text(submission).strip() == "From the first tab."
    assert ParkedCopy.objects.waiting().get().body["answers"][0]["blocks"][0]["text"] == "From the second tab."
    copies_are(0, other)
    other.get_by_role("button", name="Put both together").click()
    expect(other.locator(ESSAY).first).to_have_value("From the first tab.")
    assert draft_text(submission).split(". ") == ["From the first tab", "From the second tab."]
    with other.expect_response(lambda answer: answer.request.method == "PUT"):
        other.locator(ESSAY).first.fill("On it goes.")
    saved(other)
    assert draft_text(submission).startswith("On it goes.")


def test_a_sign_in_page_is_never_shown_in_place_of_the_two_texts(desk: Page, submission: Submission) -> None:
    other = opened(desk.context.new_page(), submission)
    desk.locator(ESSAY).first.fill("From the first tab.")
    saved(desk)

    signed_out = {"status": 302, "headers": {"Location": resolve_url(settings.LOGIN_URL)}}
    other.route("**/set-aside/**", lambda route: route.fulfill(**signed_out))
    with other.expect_request("**/set-aside/**"):
        other.locator(ESSAY).first.fill("From the second tab.")
    other.wait_for_timeout(500)
    expect(other.locator("[data-conflict]")).to_be_hidden()
    other.unroute("**/set-aside/**")
    other.evaluate("dispatchEvent(new Event('focus'))")
    expect(other.locator("[data-conflict] .versions")).to_contain_text("From the second tab.")


def test_a_sign_in_that_has_run_out_keeps_her_words_until_she_is_back(
    desk: Page, cast: Cast, submission: Submission
) -> None:
    desk.context.clear_cookies(name="sessionid")
    desk.locator(ESSAY).first.fill("Still here.")
    expect(desk.locator("[data-trouble-words]")).to_contain_text("sign-in has run out")
    expect(desk.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    signed_in(desk, cast.student)
    desk.evaluate("dispatchEvent(new Event('focus'))")
    saved(desk)
    assert draft_text(submission).strip() == "Still here."


def test_while_somebody_else_is_signed_in_her_words_stay_on_her_page_and_she_is_told_why(
    desk: Page, cast: Cast, submission: Submission
) -> None:
    signed_in(desk, cast.classmate)
    desk.locator(ESSAY).first.fill("Still mine.")
    expect(desk.locator("[data-trouble-words]")).to_contain_text("somebody else is signed in now")
    signed_in(desk, cast.student)
    desk.get_by_role("button", name="Try again").click()
    saved(desk)
    assert draft_text(submission).strip() == "Still mine."


def test_the_next_one_at_a_shared_computer_finds_nothing_of_hers(
    desk: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    desk.context.set_offline(True)
    desk.locator(ESSAY).first.fill("For my eyes only.")
    expect(desk.locator("[data-save]")).to_have_attribute("data-save", "here")
    desk.close()
    his = signed_in(desk.context.new_page(), cast.classmate)
    desk.context.set_offline(False)
    opened(his, Submission.objects.get(assignment=assignment, student=cast.classmate))
    stored = his.evaluate(
        """() => new Promise((resolve) => {
             indexedDB.open("desk", 1).onsuccess = (event) => {
               const all = event.target.result.transaction("copies").objectStore("copies").getAll();
               all.onsuccess = () => resolve(JSON.stringify(all.result));
             };
           })"""
    )
    assert str(submission.pk) in stored
    assert "eyes" not in stored
    expect(his.locator(ESSAY).first).to_have_value("")
    opened(signed_in(his, cast.student), submission)
    expect(his.locator(ESSAY).first).to_have_value("For my eyes only.")
    saved(his)


def test_what_she_wrote_before_the_script_came_and_what_an_earlier_page_kept_are_both_there(
    desk: Page, cast: Cast, submission: Submission
) -> None:
    desk.route("**/api/**", lambda route: route.abort("internetdisconnected"))
    desk.locator(ESSAY).first.fill("Kept by the earlier page.")
    expect(desk.locator("[data-trouble-words]")).to_contain_text("No connection")
    copies_are(1, desk)
    page = desk.context.new_page()
    desk.close()
    # The script is slow to come, and she is not.
    page.add_init_script(
        """document.addEventListener("readystatechange", () => {
             const field = document.querySelector("#desk-form [data-question] textarea");
             if (document.readyState === "interactive") field.value = "Written at once.";
           });"""
    )
    opened(page, submission)
    versions = page.locator("[data-conflict] .versions")
    expect(versions).to_contain_text("Kept by the earlier page.", timeout=15_000)
    expect(versions).to_contain_text("Written at once.")
    assert draft_text(submission).strip() == "Written at once."
    copies_are(0, page)


def test_words_too_long_for_the_school_can_be_taken_back_and_she_is_told_why_nothing_was_handed_in(
    desk: Page, submission: Submission, settings: Any
) -> None:
    settings.API_BODY_LIMIT = 20_000  # a text of the real megabyte keeps the browser busy for too long to wait for
    field = desk.locator(ESSAY).first
    field.fill("Short.")
    saved(desk)
    field.evaluate(
        """(field) => {
             field.value = "Long. ".repeat(4_000);
             field.dispatchEvent(new Event("input", { bubbles: true }));
           }"""
    )
    expect(desk.locator("[data-save]")).to_have_attribute("data-save", "refused", timeout=10_000)
    desk.locator("[data-hand-in]").click()
    desk.locator("#hand-in [data-confirm]").click()
    expect(desk.locator("[data-trouble-words]")).to_contain_text("Nothing was handed in. The school did not take this.")
    field.fill("Short.")
    saved(desk)
    expect(desk.locator("[data-trouble]")).to_be_hidden()
    field.fill("Short. And more.")
    desk.get_by_label("The city").first.focus()
    expect(desk.locator("[data-save]")).not_to_have_attribute("data-save", "here")
    saved(desk)
    assert draft_text(submission).strip() == "Short. And more."
    assert not Attempt.objects.exists()


def test_while_a_choice_waits_no_passage_is_cited_into_the_answer(desk: Page, submission: Submission) -> None:
    other = opened(desk.context.new_page(), submission)
    desk.locator(ESSAY).first.fill("From the first tab.")
    saved(desk)
    other.locator(ESSAY).first.fill("From the second tab.")
    expect(other.locator("[data-conflict] h2")).to_be_visible()
    other.locator("#read [data-block][tabindex='0']").focus()
    other.keyboard.press("c")
    expect(other.locator("#citing")).to_be_hidden()


# --- Handing in -------------------------------------------------------------------------------------------------------


def test_she_hands_in_with_a_double_click_and_gets_one_receipt(desk: Page, submission: Submission) -> None:
    desk.locator(ESSAY).first.fill("Done.")
    desk.locator("#read [data-block][tabindex='0']").focus()
    desk.keyboard.press("c")
    desk.keyboard.press("Enter")
    desk.locator("[data-hand-in]").click()
    expect(desk.locator("#hand-in")).to_be_visible()
    axe(desk)
    desk.locator("#hand-in [data-confirm]").dblclick()
    desk.wait_for_url("**/receipts/1/")
    attempt = Attempt.objects.get()
    expect(desk.locator(".receiptcard")).to_contain_text(attempt.receipt_code)
    expect(desk.locator(".receiptcard")).to_contain_text(attempt.body_sha256)
    assert Citation.objects.filter(attempt=attempt).count() == 1
    desk.get_by_role("link", name="Check it").click()
    expect(desk.get_by_role("heading", name="This receipt is genuine")).to_be_visible()
    desk.goto(f"/work/{submission.pk}/")
    copies_are(0, desk)
    desk.locator(ESSAY).first.fill("Done, and better.")
    desk.locator("[data-hand-in]", has_text="Hand in again").click()
    desk.locator("#hand-in [data-confirm]").click()
    desk.wait_for_url("**/receipts/2/")
    assert [a.number for a in Attempt.objects.order_by("number")] == [1, 2]


def test_without_the_required_answer_she_is_asked_and_may_hand_in_all_the_same(
    desk: Page, submission: Submission
) -> None:
    desk.get_by_label("The city").first.check()
    desk.locator("[data-hand-in]").click()
    expect(desk.locator("#hand-in [data-missing]")).to_contain_text("Question 1")
    desk.get_by_role("button", name="Hand in all the same").click()
    desk.wait_for_url("**/receipts/1/")
    assert Attempt.objects.get().incomplete


def test_a_hand_in_without_a_connection_goes_out_once_it_is_back(desk: Page, submission: Submission) -> None:
    desk.locator(ESSAY).first.fill("From the train.")
    saved(desk)
    desk.context.set_offline(True)
    desk.locator("[data-hand-in]").click()
    desk.locator("#hand-in [data-confirm]").click()
    expect(desk.locator("[data-trouble-words]")).to_contain_text("as soon as you are back")
    expect(desk.locator(ESSAY).first).not_to_be_editable()
    desk.context.set_offline(False)
    desk.wait_for_url("**/receipts/1/")
    assert Attempt.objects.count() == 1


def test_what_comes_too_late_is_set_aside_for_the_teacher(
    page: Page, cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    closed = work.at("2020-01-01T00:00Z")
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=None, closes_at=closed)
    desk = opened(signed_in(page, cast.student), submission)
    desk.locator(ESSAY).first.fill("Too late?")
    saved(desk)
    desk.get_by_role("button", name="Send to my teacher").click()
    desk.locator("#hand-in [data-confirm]").click()
    desk.wait_for_url("**/set-aside/**")
    expect(desk.locator(".parked")).to_contain_text("your teacher sees it and decides")
    assert ParkedCopy.objects.waiting().get().kind == "submit"
    assert not Attempt.objects.exists()


def test_a_preview_lets_a_teacher_do_the_whole_task_and_keeps_nothing(
    page: Page, cast: Cast, assignment: Assignment
) -> None:
    before = [model.objects.count() for model in (Submission, Draft, Attempt, ParkedCopy)]
    signed_in(page, cast.teacher).goto(f"/assignments/{assignment.pk}/preview/")
    page.wait_for_function("document.querySelector('[data-block][tabindex]')")
    page.locator(ESSAY).first.fill("Tried out.")
    page.locator("[data-hand-in]").click()
    expect(page.get_by_role("heading", name="What handing this in would come to")).to_be_visible()
    expect(page.locator(ESSAY).first).to_have_value("Tried out.")
    axe(page)
    assert [model.objects.count() for model in (Submission, Draft, Attempt, ParkedCopy)] == before
