"""What the two students of History 9A write, and what their teacher says to it. The notation is that of `room`."""

from typing import Final

from destalin_site.demo.room import Judgement, Mark, OwnQuestion, Work

# --- The Thaw and its frosts ------------------------------------------------------------------------------------------

EARLY: Final = "Pomerantsev’s essay and Ehrenburg’s novel"
CENSORS: Final = "Check this claim: “During the Thaw censorship"
POEM_AND_STORY: Final = "Compare The Heirs of Stalin"
LOOSENED: Final = ["Wrong: it was loosened"]
ENDED: Final = ["Right: after 1956 any novel could appear"]

OLENA_THAW: Work = {
    EARLY: (
        "The essay is more than two years older than the speech,[more than two years earlier than Khrushchev’s report] "
        "so the speech cannot have begun it. What the dates cannot prove is that the Thaw would have gone on without "
        "it."
    ),
    CENSORS: LOOSENED,
    POEM_AND_STORY: (
        "The poem was useful: it said that the danger lay with others, who were against Khrushchev.[It was official "
        "anti-Stalinism, in verse] The story was useful because it showed that the new leaders let a prisoner speak."
        "[here the person who matters is a man who was never part of the leadership’s quarrels] Harder to control was "
        "the story. My great-grandmother could say to the end of her life where she had read it, and then she told "
        "what had happened to whom. A poem tells you what to think; the story makes you remember."
    ),
}
JOSE_THAW: Work = {
    EARLY: "The novel The Thaw came out in 1954 in Novy Mir and the speach was in 1956, so it was before.",
    CENSORS: ENDED,
    POEM_AND_STORY: (
        "Both were allowed by Khrushchev. The poem is against Stalin and the story is about a camp.[Permission came "
        "from the top of the party itself] The story is harder becuase it is longer."
    ),
}
THAW_GRADES: Final = [
    Judgement(
        "student7",
        {
            EARLY: Mark("6", "Both halves."),
            POEM_AND_STORY: Mark("5", "Your family is a source too: who, when, and told to whom? One point for that."),
        },
        "Excellent. Bring that memory along, if your family agrees.",
    ),
    Judgement(
        "student8",
        {
            EARLY: Mark(
                "3",
                "The order is right. The journal was most likely Znamya; look at passage B1. And what can the "
                "dates not prove?",
            ),
            POEM_AND_STORY: Mark("3", "What did the leaders gain? Think of who reads a poem in Pravda."),
        },
        "You have the facts of two passages. Let us practise the step from “both” to “but”.",
    ),
]

# --- Many roads -------------------------------------------------------------------------------------------------------

MONUMENT: Final = "Which statements about the Prague monument"
SPLIT: Final = "Check this claim: “The secret speech caused the Sino-Soviet"
BEFORE_THE_SPEECH: Final = "It was unveiled before the closed-session speech"
A_YEAR_AFTER: Final = "Its removal began about a year after"
NOT_TO_BE_WATCHED: Final = "The removal took more than two weeks"
A_CROWD: Final = "A crowd pulled it down in one night"

OLENA_ROADS: Work = {
    MONUMENT: [BEFORE_THE_SPEECH, A_YEAR_AFTER, NOT_TO_BE_WATCHED],
    SPLIT: (
        "Too simple. The first Chinese answer six weeks later is polite and says that Stalin had faults and was great."
        "[There is no attack on Khrushchev] The quarrels about the bomb, Taiwan and India came afterwards. Luthi says "
        "that the speech is one cause among several.[the speech of 1956 is one cause among several] I would say: the "
        "speech made Stalin into something that one could throw at the other later.[Stalin serves as a weapon here]"
    ),
}
JOSE_ROADS_BEGUN: Work = {
    MONUMENT: [BEFORE_THE_SPEECH, A_CROWD],
    SPLIT: "I think it is true, becuase Mao was angry in 1956 and called Khrushchev a revisionist",
}

# --- Bread and flats --------------------------------------------------------------------------------------------------

ONE_LESSON: Final = "Bread and flats, in one lesson"
FOR_ONE_LESSON: Final = "We leave out rockets and factories. Keep the posters open while you answer."
LEFT_OUT: Final = ["Butter and rockets", "Who runs a factory?"]
NOTICED: Final = OwnQuestion(
    section="What a worker could expect",
    prompt="Which act of 1956 in this section would a worker have noticed first? Say by what, in three sentences.",
    points="4",
    model_answer="Either act will do: leaving a job without being tried, or a larger pension in the town. What counts "
    "is the reason, and that the village is not forgotten.",
)
POSTERS: Final = "Use the recruitment posters"

JOSE_ON_PAPER: Work = {
    NOTICED.prompt: "The decree of April, becuase he could change his job. A pension you get when you are old.",
    POSTERS: "The state made them for young people. They are good for what the state wanted"
    "[Posters tell what the state wished people to feel] and poor for how it was.",
}
ON_PAPER_BECAUSE: Final = "Written on paper in class; the tablets were with another class."
OLENA_SPOKE: Final = Judgement(
    "student7",
    {NOTICED.prompt: Mark("4"), POSTERS: Mark("5", "You named the readers at once. Say who is missing, too.")},
    "These are the marks for what you told the class. You need not hand it in as well.",
)

# --- Reading an article -----------------------------------------------------------------------------------------------

CONDEMNED: Final = "In passage 3 the specimen says"
WORDS: Final = "Which of these words of the specimen"
HISTORIANS: Final = "Check this claim: “Soviet historians under Khrushchev"

OLENA_ARTICLE_BEGUN: Work = {
    WORDS: ["“Totalitarian”, in passages 1 and 5", "“Historical revisionism”, in passage 3"],
    CONDEMNED: (
        "Right is that it accuses Stalin of crimes against the party, and of the deportations."
        "[The other is the deportation of whole peoples] Misleading is the word “the”: my great-grandmother’s village "
        "starved in 1933, and that crime is not in it.[the famine of 1932–33 is not named]"
    ),
    HISTORIANS: "There were people who tried. Pankratova’s journal",
}
