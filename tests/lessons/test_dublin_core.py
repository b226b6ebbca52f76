"""Dublin Core, out and in: nothing that a record says is lost, and nothing hostile is read."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import assume, given
from hypothesis import strategies as st

from lessons import dublin_core, richtext
from lessons.dublin_core import ELEMENTS, Refused, Statement, from_xml, map_record, statements_of, to_xml
from lessons.importing import sources
from lessons.models import Edition, Source
from tests.lessons.desk import at_desk, author, editor
from tests.lessons.factories import make_edition, make_source

KINDS = Source.Kind.values
LIMITS = sources.LIMITS
RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="urn:x" xml:lang="ru">
  <dc:title>Письмо к брату</dc:title>
  <dc:title xml:lang="en">A letter to a brother</dc:title>
  <dc:creator xml:lang="">Petrova, Anna</dc:creator>
  <dc:creator>Иванов, Пётр</dc:creator>
  <dc:subject xml:lang="en">Amnesty &amp; return</dc:subject>
  <dc:description>Два листа.</dc:description>
  <dc:publisher>Прогресс</dc:publisher>
  <dc:contributor xml:lang="en">Smith, John (translator)</dc:contributor>
  <dc:date xml:lang="">1956-02~</dc:date>
  <dc:date>февраль 1956 г.</dc:date>
  <dc:type xml:lang="en">letter</dc:type>
  <dc:format xml:lang="en">2 leaves</dc:format>
  <dc:identifier xml:lang="">https://example.org/letters/1</dc:identifier>
  <dc:identifier>Ф. 1, д. 2</dc:identifier>
  <dc:source>Личный архив</dc:source>
  <dc:language xml:lang="">ru</dc:language>
  <dc:relation>Семейная переписка</dc:relation>
  <dc:coverage>Воркута, 1953/1956</dc:coverage>
  <dc:rights xml:lang="en">Public domain</dc:rights>
  <x:shelf>7</x:shelf>
</metadata>"""


def through(statements: list[Statement]) -> list[Statement]:
    """Into a source and out again."""
    mapped = map_record(statements, kinds=KINDS, limits=LIMITS)
    facts = dublin_core._with(
        dublin_core.SourceFacts(slug="", title=mapped.fields.get("title", ""), kind=mapped.fields.get("kind", "")),
        mapped.fields,
    )
    return statements_of(facts, rights=mapped.fields.get("rights", ""), kept=mapped.kept)


def test_a_record_fills_the_fields_that_can_say_it_and_the_rest_is_reported():
    (record,) = from_xml(RECORD.encode())
    assert {statement.element for statement in record.statements} == set(ELEMENTS)
    assert record.statements[0] == Statement("title", "Письмо к брату", "ru")  # the language of what it stands in
    assert record.strange == ["shelf"]
    mapped = map_record(record.statements, kinds=KINDS, limits=LIMITS)
    assert mapped.fields == {
        "title": "Письмо к брату",
        "creator": "Petrova, Anna; Иванов, Пётр",
        "publisher": "Прогресс",
        "date": "1956-02~",
        "kind": "letter",
        "url": "https://example.org/letters/1",
        "language": "ru",
        "rights": "Public domain",
    }
    left = {statement.text for statement in mapped.unmapped}
    assert {"A letter to a brother", "февраль 1956 г.", "Ф. 1, д. 2", "2 leaves", "Личный архив"} <= left
    assert "1956-02~" not in left


def test_export_and_import_keep_all_fifteen_elements_and_their_languages():
    (record,) = from_xml(RECORD.encode())
    (again,) = from_xml(to_xml(through(record.statements)).encode())
    assert set(again.statements) == set(record.statements)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=40)
said = st.sampled_from(
    ["1956", "1953/1964", "letter", "Speech", "ru", "Petrova, Anna", "A; B", "https://example.org/", "T", " T  T "]
)
records = st.lists(
    st.builds(Statement, st.sampled_from(ELEMENTS), texts | said, st.sampled_from(["", "ru", "en", "sr-Latn"])),
    min_size=1,
    max_size=12,
)


@given(records)
def test_whatever_a_record_says_comes_out_again(statements):
    assume(any(richtext.normal(statement.text).strip() for statement in statements))
    (record,) = from_xml(to_xml(statements).encode())
    (again,) = from_xml(to_xml(through(record.statements)).encode())
    assert set(record.statements) <= set(again.statements)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + ']><r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>&j;</dc:title></r>'
)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (BOMB, "declares"),
        (f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r {DC}><dc:title>&x;</dc:title></r>', "declares"),
        (f'<!DOCTYPE r SYSTEM "http://example.org/r.dtd"><r {DC}><dc:title>a</dc:title></r>', "declares"),
        (f"<r {DC}><dc:title>a</r>", "not-xml"),
        ("", "not-xml"),
        ("title: a", "not-xml"),
        ('<?xml version="1.0" encoding="martian"?><r/>', "not-xml"),
        (b"<r>\xff\xfe</r>", "not-xml"),
        ("<r><title>no namespace</title></r>", "nothing-there"),
        (f"<r {DC}><dc:titel>a</dc:titel></r>", "nothing-there"),
        ("<a>" * 30_000 + "</a>" * 30_000, "too-deep"),
        (f"<r {DC}>{'<dc:title>a</dc:title><dc:subject>b</dc:subject>' * 2}</r>" + " " * 1_000_000, "too-large"),
        (f"<r {DC}>{''.join(f'<dc:subject>{i}</dc:subject>' for i in range(501))}</r>", "too-many"),
        (f"<r {DC}>{'<m><dc:title>a</dc:title></m>' * 101}</r>", "too-many"),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(raw, code):
    with pytest.raises(Refused) as refusal:
        from_xml(raw if isinstance(raw, bytes) else raw.encode())
    assert refusal.value.code == code


def test_a_title_is_only_words_in_the_xml():
    nasty = Statement("title", "a</dc:title><dc:rights>mine</dc:rights>\x00\x0b\ufffe", 'en" x="y')
    (record,) = from_xml(to_xml([nasty]).encode())
    assert record.statements == [Statement("title", "a</dc:title><dc:rights>mine</dc:rights>", 'en" x="y')]


def bring(person, raw: str):
    file = SimpleUploadedFile("record.xml", raw.encode())
    return at_desk(person).post("/cms/sources/import/", {"file": file}, follow=True)


@pytest.fixture
def writer(db):
    return author()


def test_a_curator_brings_a_record_and_the_page_says_what_found_no_field(writer):
    page = bring(writer, RECORD)
    source = Source.objects.get()
    assert (source.title, source.date, source.kind, source.live) == ("Письмо к брату", "1956-02~", "letter", False)
    assert source.latest_revision.user == writer
    said = page.content.decode()
    assert "19 statements, of which" in said
    assert "2 leaves" in said
    assert "shelf" in said
    assert f"/cms/snippets/lessons/source/edit/{source.pk}/" in said
    assert (
        "A letter to a brother"
        in at_desk(writer).get(f"/cms/snippets/lessons/source/edit/{source.pk}/").content.decode()
    )


def test_what_was_imported_is_exported_again_by_the_desk_and_by_the_edition(writer, client):
    bring(writer, RECORD)
    source = Source.objects.get()
    (record,) = from_xml(RECORD.encode())
    answer = at_desk(writer).get(f"/cms/sources/{source.pk}/dublin-core/")
    assert answer["Content-Disposition"] == f'attachment; filename="{source.slug}.xml"'
    own = Statement("identifier", f"urn:uuid:{source.uuid}")
    assert set(from_xml(answer.content)[0].statements) == {*record.statements, own}
    source.save_revision().publish()
    edition = make_edition(sections=[("A", [("source", {"source": source})])])
    frozen = client.get(f"/lessons/{edition.lesson.slug}/editions/1/sources/{source.slug}/citation.xml").content
    assert set(from_xml(frozen)[0].statements) == {*record.statements, own}


def test_a_source_of_our_own_comes_back_as_it_went_out(writer):
    source = make_source(place="Moscow", archive="RGANI", reference="fond 1", container="Pravda", rights="Ours")
    out = at_desk(writer).get(f"/cms/sources/{source.pk}/dublin-core/").content
    bring(writer, out.decode())
    copy = Source.objects.exclude(pk=source.pk).get()
    for name in ("title", "creator", "date", "kind", "language", "rights"):
        assert getattr(copy, name) == getattr(source, name)
    assert set(from_xml(out)[0].statements) <= set(
        from_xml(at_desk(writer).get(f"/cms/sources/{copy.pk}/dublin-core/").content)[0].statements
    )


def test_a_record_that_says_little_says_what_is_missing(writer):
    page = bring(writer, f"<r {DC}><dc:subject>Amnesty</dc:subject><dc:date>spring?</dc:date></r>").content.decode()
    source = Source.objects.get()
    assert (source.kind, source.language, source.date) == ("", "", "")
    for sentence in ("It has no title", "cannot be told: choose it", "write its code"):
        assert sentence in page
    assert at_desk(writer).get(f"/cms/snippets/lessons/source/edit/{source.pk}/").status_code == 200


def test_a_file_of_many_records_makes_a_draft_of_each(writer):
    page = bring(writer, f"<l {DC}>{''.join(f'<r><dc:title>Letter {i}</dc:title></r>' for i in range(3))}</l>")
    assert set(Source.objects.values_list("title", flat=True)) == {"Letter 0", "Letter 1", "Letter 2"}
    assert page.content.decode().count("Edit the draft") == 3


def test_a_refused_file_writes_nothing_and_says_why(writer):
    assert "declares a document type" in bring(writer, BOMB).content.decode()
    assert not Source.objects.exists()


def test_the_page_of_an_import_that_never_was_is_not_there(writer):
    address = "/cms/sources/import/0190a7b0-0000-7000-8000-000000000000/"
    assert at_desk(writer).get(address).status_code == 404


def test_the_command_says_the_same_and_refuses_the_same(db, tmp_path: Path):
    file = tmp_path / "record.xml"
    file.write_text(RECORD)
    out = io.StringIO()
    call_command("import_dublin_core", str(file), stdout=out)
    source = Source.objects.get()
    assert f"Draft source {source.pk}: Письмо к брату" in out.getvalue()
    assert "subject [en]: Amnesty & return" in out.getvalue()
    assert not Edition.objects.exists()
    file.write_text(BOMB)
    for arguments in ([str(file)], [str(tmp_path / "none.xml")], [str(file), "--by", "nobody"]):
        with pytest.raises(CommandError):
            call_command("import_dublin_core", *arguments, stdout=out)
    assert Source.objects.count() == 1


def test_the_desk_sorts_and_filters_sources_by_uncertain_dates(db):
    for title, date in [("none", ""), ("year", "1956"), ("open", "../1955"), ("span", "1953/1964")]:
        make_source(title=title, date=date)
    desk = at_desk(editor())

    def listed(query: str) -> list[str]:
        page = desk.get(f"/cms/snippets/lessons/source/?{query}")
        return [source.title for source in page.context["object_list"]]

    assert listed("") == ["open", "span", "year", "none"]
    assert listed("ordering=-sort_from") == ["none", "year", "span", "open"]
    assert listed("years_min=1954&years_max=1955") == ["open", "span"]
    assert listed("years_min=1960") == ["span"]
    assert listed("years_max=1952") == ["open"]
    assert listed("years_min=1960&years_max=1950") == []
