"""What the students of the demo write, and what their teachers say to it.

Keys are places of questions in the lesson. A citation stands in brackets where its chip goes: [A6|the quoted words],
with its stance behind a further bar when it does not support.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

REPORT, AUDIENCE, SILENCES, COMPARE, ESSAY = range(5)

Work = Mapping[int, str | Sequence[int]]


class Mark(NamedTuple):
    points: str
    comment: str = ""


class Judgement(NamedTuple):
    student: str
    mark: Mark
    feedback: str = ""


DEFENDS_THE_PARTY: Final = [1]
CONDEMNS_THE_REVOLUTION: Final = [0]
FAMINE_FARMS_AND_HIMSELF: Final = [0, 2, 4]

# --- Who was meant to hear it? ----------------------------------------------------------------------------------------

ANNA_AUDIENCE_BEGUN: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: "For the delegates of the congress, so for people who",
}
ANNA_AUDIENCE: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: (
        "It was made for the Soviet delegates, people who had risen under Stalin. They could live with a guilty Stalin "
        "but not with a guilty party, so the report speaks of victims who were like them: "
        "[A2|people who had served the party faithfully]. And it asks them to keep it to themselves."
        "[A6|The matter is not to be carried outside]"
    ),
}
DMITRI_AUDIENCE: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: (
        "For party members only. The speaker did not want a debate in the newspapers."
        "[A6|least of all to the press] That is why he can be so open about beatings."
        "[A3|had been got by force]"
    ),
}
LAYLA_AUDIENCE: Work = {
    REPORT: CONDEMNS_THE_REVOLUTION,
    AUDIENCE: (
        "For the delegates. He starts with Lenin because nobody in that hall could contradict Lenin."
        "[A1|letters that Lenin dictated near the end of his life]"
    ),
}
MAXIMILIANE_AUDIENCE: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: (
        "The report was made for the most important communists of the country, in a closed hall. A closed hall lets a "
        "leader say more, but it also lets him choose what he says, because nobody can check it. He gives one number,"
        "[A5|cleared 7,679 people] and I could not find out from the source how many were arrested."
    ),
}
HA_AUDIENCE: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: "For the delegates of the congress in Moscow, not for the people.[A6|inside the party]",
}
AUDIENCE_GRADES: Sequence[Judgement] = [
    Judgement(
        "student1", Mark("4", "You show how the listeners shaped the list of victims."), "Full marks, and earned."
    ),
    Judgement("student2", Mark("3", "The last step is too quick: why does a closed hall make him open?")),
    Judgement(
        "student3",
        Mark("3.5", "A good observation about Lenin."),
        "Look at question 1 again with passage A2 beside you: which years does he defend?",
    ),
    Judgement(
        "student4",
        Mark("4", "Asking what cannot be checked is just what sourcing means."),
        "This came seven and a half hours late. Tell me before, next time; the work is very good.",
    ),
    Judgement(
        "student5", Mark("2", "Right. But how did it shape what is said?"), "Two sentences more and this is complete."
    ),
]

# --- What the report left out -----------------------------------------------------------------------------------------

ANNA_SILENCES: Work = {
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    COMPARE: (
        "The report says that confessions were beaten out of people.[A3|Beaten long enough, people signed] The "
        "resolution has nothing about that. But the resolution answers a question that the report leaves open, why "
        "nobody stopped Stalin.[C3|whoever had stood up against him would have found no support]"
    ),
}
DMITRI_SILENCES: Work = {
    SILENCES: [0, 2],
    COMPARE: (
        "Source A tells about the deported peoples,[A4|Whole peoples were driven from their homes] Source C does not. "
        "Source C explains the cult by the hard times."
    ),
}
LAYLA_SILENCES: Work = {
    SILENCES: [0, 1, 2],
    COMPARE: (
        "The number of the people who were cleared stands only in A.[A5|7,679 people] Only C says that the system had "
        "nothing to do with it,[C4|It would be a mistake to look for the causes in the Soviet system itself] and I "
        "think that this is the sentence for which it was written."
    ),
}
HA_SILENCES_BEGUN: Work = {SILENCES: [0, 4], COMPARE: "I think the report tells more about"}
MAXIMILIANE_SILENCES: Work = {
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    COMPARE: (
        "Told in A and not in C: the murder of Kirov and the arrests after it.[A2|After the murder of Sergei Kirov] "
        "Explained in C and not in A: that the country needed discipline because it was threatened."
        "[C2|needed iron discipline] The explanation almost excuses him."
    ),
}
SAM_SILENCES: Work = {
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    COMPARE: (
        "I was ill, sorry. A: forced confessions.[A3|got by force] C: Lenin had warned of his character, and the times "
        "were hard.[C2|The other lay in Stalin’s character]"
    ),
}

# --- To break or to save? ---------------------------------------------------------------------------------------------

ANNA_ESSAY_BEGUN: Work = {
    REPORT: DEFENDS_THE_PARTY,
    ESSAY: (
        "The closed session was meant to save the system, but it could not be undone afterwards.\n\n"
        "First, the report blames one man. Until 1934 everything is called right,"
        "[A2|Until 1934, he says, the party’s course was right] and the way out is to go back to Lenin."
        "[A6|go back to leading together]\n\n"
        "Against this speaks that it names the forced confessions.[A3|got by force|contradicts] Whoever hears that "
        "must ask who"
    ),
}
DMITRI_ESSAY_FIRST: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: "For the delegates, the party’s own people.[A6|inside the party]",
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    ESSAY: "It was meant to save the system. Only Stalin is blamed.",
}
DMITRI_ESSAY: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: "For the delegates, the party’s own people.[A6|inside the party]",
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    COMPARE: "",
    ESSAY: (
        "It was meant to save the system. Only Stalin is blamed, and the remedy is more of the party, not less."
        "[A6|put an end to the cult for good]\n\n"
        "The resolution four months later says it aloud.[C4|It would be a mistake to look for the causes in the Soviet "
        "system itself]\n\n"
        "One thing speaks against me: 7,679 people were cleared, and a system that only wants to save itself does not "
        "have to do that.[A5|the highest court has cleared 7,679 people|contradicts] But many of them were dead."
        "[A5|many of them after their death]"
    ),
}
LAYLA_ESSAY_BEGUN: Work = {ESSAY: "To save it. The listeners were the system."}
LAYLA_ESSAY_AT_HOME: Work = {
    ESSAY: (
        "To save it. The listeners were the system: they had made their way under Stalin."
        "[¶7|The listeners had made their way under the man who was being taken apart before them]"
    ),
}
LAYLA_ESSAY_ON_THE_BUS: Work = {
    ESSAY: (
        "To save it. The listeners were the system. Idea from the bus: compare who was in the hall in February with "
        "who could read Pravda in July."
    ),
}
HA_ESSAY: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: "For the congress. He had to keep the delegates on his side.[A1|Lenin called Stalin too rude]",
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    COMPARE: "A names the deported peoples;[A4|Whole peoples were driven from their homes] C explains why nobody dared."
    "[C3|Why did nobody stop him?]",
    ESSAY: (
        "I think that the men who planned it wanted to save the system, and that they broke something all the same.\n\n"
        "They wanted to save it: the report keeps Lenin and the party clean[A2|the party’s course was right] and asks "
        "for silence.[A6|least of all to the press] The resolution forbids the dangerous question."
        "[C4|It would be a mistake to look for the causes in the Soviet system itself]\n\n"
        "But they could not keep it inside. The Americans had the text after three months, and were sure enough to "
        "print it.[B2|sees good reason to believe that it is genuine|context] In Tbilisi people died for Stalin’s name."
        "[¶12|on 9 March troops opened fire|contradicts] After that nobody could say again that the party is always "
        "right."
    ),
}
HA_ESSAY_MARKS: Mapping[int, Mark] = {
    AUDIENCE: Mark("3"),
    COMPARE: Mark("4"),
    ESSAY: Mark("10.5", "Wanted and did, kept apart: that is the heart of it. Tbilisi needs one more sentence."),
}
HA_ESSAY_FEEDBACK: Final = (
    "Handed in early, and you have come a long way this term. Next: let one source answer another."
)

# --- Others -----------------------------------------------------------------------------------------------------------

MAXIMILIANE_CATCHING_UP: Work = {AUDIENCE: "I have done this one already, have I not?"}
SAM_CATCHING_UP: Work = {AUDIENCE: "For the delegates, who had been promoted under Stalin.[¶7|made their way]"}

OLENA_READING: Work = {REPORT: DEFENDS_THE_PARTY, SILENCES: FAMINE_FARMS_AND_HIMSELF}
OLENA_SESSION: Work = {
    REPORT: DEFENDS_THE_PARTY,
    AUDIENCE: (
        "For those who had the most to lose from the truth. So they get a part of it that leaves them standing."
        "[A4|As a war leader Stalin disregarded the warnings]"
    ),
    SILENCES: FAMINE_FARMS_AND_HIMSELF,
    ESSAY: (
        "To save it. My great-grandmother’s village is the reason why I say so: the famine is not in it at all."
        "[¶8|nor of the famine of 1932–33]\n\n"
        "What is in it is the party’s own suffering,[A2|people who had served the party faithfully] and what is wanted "
        "is Lenin’s party back.[A6|as in Lenin’s time] Source C makes the limit plain."
        "[C4|in the Soviet system itself]\n\n"
        "Against it: nobody had forced him to speak. He could have kept silent as in the years before."
        "[¶3|Lazar Kaganovich was against it|contradicts]"
    ),
}
JOSE_SESSION_BEGUN: Work = {REPORT: [3], AUDIENCE: "for the comunists"}
