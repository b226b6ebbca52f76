from pathlib import Path

import pytest
import yaml

from lessons.citations import KINDS, SourceFacts, bibliography, csl, names, note, straight_names

DATA = Path(__file__).parent / "data"
SAMPLES = yaml.safe_load((DATA / "chicago.yaml").read_text())
NEWSPAPER = SourceFacts(
    slug="amnesty",
    kind="newspaper",
    title="On Amnesty",
    date="1953-03-28",
    container="Pravda",
    url="https://example.org/a",
)
SPEECH = SourceFacts(
    slug="speech",
    kind="speech",
    title="Who Is to Blame?",
    creator="Petrova, Anna; Ivanov, Petr",
    place="Moscow",
    date="1956-02-25",
    archive="RGANI, Moscow",
    reference="fond 1, opis 2, delo 3",
)
RESOLUTION = SourceFacts(slug="resolution", kind="resolution", title="T", creator="Central Committee of the CPSU")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["like"])
def test_chicago_cites_each_kind_as_the_style_s_samples_do(sample):
    facts = SourceFacts(slug="x", **sample["facts"])
    assert note(facts).text == sample["note"]
    assert bibliography(facts).text == sample["bibliography"]


def test_every_kind_has_a_sample():
    assert {sample["facts"]["kind"] for sample in SAMPLES} == set(KINDS)


def test_titles_of_books_and_newspapers_are_in_italics_and_everything_is_escaped():
    assert note(NEWSPAPER).html == "“On Amnesty,” <i>Pravda</i>, March 28, 1953, https://example.org/a."
    hostile = SourceFacts(slug="x", kind="memoir", title="<b>Life & Times</b>", creator="<script>")
    assert note(hostile).html.startswith("&lt;script&gt;, <i>&lt;b&gt;Life &amp; Times&lt;/b&gt;</i> (n.d.).")


def test_the_issue_of_a_periodical_is_not_in_italics_and_the_years_of_a_volume_are():
    issue = SourceFacts(slug="x", kind="speech", title="T", container="Izvestiia TsK KPSS, 1989, no. 3", pages="128–70")
    assert note(issue).html.endswith("in <i>Izvestiia TsK KPSS</i>, 1989, no. 3, 128–70.")
    volume = SourceFacts(slug="x", kind="decree", title="T", container="Rehabilitation: Documents, 1953")
    assert note(volume).html.endswith("in <i>Rehabilitation: Documents, 1953</i>.")
    journal = SourceFacts(slug="x", kind="article", title="T", container="Slavic Review 15, no. 2", date="1956")
    assert note(journal).html == "“T,” <i>Slavic Review</i> 15, no. 2 (1956)."


@pytest.mark.parametrize("kind", [*KINDS, "something else"])
def test_a_source_of_which_little_is_known_still_gets_a_clean_citation(kind):
    for entry in [
        note(SourceFacts(slug="x", kind=kind, title="T")),
        bibliography(SourceFacts(slug="x", kind=kind, title="T")),
    ]:
        assert "T" in entry.text
        assert entry.text[-1] in ".”"
        for fault in ["  ", ", ,", "..", ",,", ",.", "()", " ,"]:
            assert fault not in entry.text


def test_csl_carries_names_dates_and_where_it_is_kept():
    item = csl(SPEECH)
    assert item["type"] == "speech"
    assert item["author"] == [{"family": "Petrova", "given": "Anna"}, {"family": "Ivanov", "given": "Petr"}]
    assert item["issued"] == {"date-parts": [[1956, 2, 25]]}
    assert item["event-place"] == "Moscow"
    assert item["archive_location"] == "fond 1, opis 2, delo 3"
    assert csl(RESOLUTION)["author"] == [{"literal": "Central Committee of the CPSU"}]
    assert "URL" not in item


@pytest.mark.parametrize(
    ("edtf", "issued"),
    [
        ("1956~", {"date-parts": [[1956]], "circa": True}),
        ("1953/1964", {"date-parts": [[1953], [1964]]}),
        ("1956-21", {"date-parts": [[1956]], "season": 1}),
        ("195X", {"literal": "1950s"}),
        ("../1956", {"literal": "until 1956"}),
    ],
)
def test_csl_dates_keep_their_uncertainty(edtf, issued):
    assert csl(SourceFacts(slug="x", kind="letter", title="T", date=edtf))["issued"] == issued


def test_names_are_read_as_catalogues_write_them():
    assert names("Petrova, Anna; Pravda ; ") == [("Petrova", "Anna"), ("Pravda", "")]
    assert straight_names("A, B; C, D; E") == "B A, D C, and E"
