"""The label and the help of each question of the desk, and the order in which they are asked.

A path is a field of an entry (`opens`) or of its words (`words.title`). `tests/campaigns/forms` holds that every field of
every kind is asked or hidden on purpose.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

# What is asked, kind by kind, in the order of the page: first what people will read, the name in the book last.
ORDER: dict[str, tuple[str, ...]] = {
    "campaign": (
        "words.title", "words.slogan", "words.summary", "country", "zone", "opens", "closes", "mark", "words.apps",
        "words.links", "id",
    ),
    "target": ("words.name", "sort", "words.note", "pages", "asn", "words.links", "id"),
    "stage": ("words.title", "sort", "opens", "closes", "targets", "words.ask", "words.text", "words.links", "id"),
    "moment": ("words.text", "on", "effect", "target", "stage", "words.links", "id"),
    "event": ("words.title", "on", "sponsors", "words.text", "words.links", "id"),
    "stand": (
        "words.name", "words.role", "state", "on", "words.condition", "event", "target", "people", "words.text", "how",
        "words.links", "id",
    ),
    "reply": ("target", "on", "stance", "words.text", "words.links", "id"),
    "letter": ("words.title", "target", "opens", "asks", "words.text", "words.links", "id"),
    "topic": ("words.title", "unit", "words.note", "id"),
    "claim": (
        "words.says", "metric", "quality", "value", "high", "share_bp", "per", "on", "topic", "target", "stage", "event",
        "letter", "ballot", "option", "doubted", "words.problem", "words.links", "id",
    ),
    "roll": ("kinds", "mode", "relay", "opens", "closes", "id"),
    "vouching": ("roll", "vouches", "kinds", "issuers", "id"),
    "ballot": (
        "words.title", "sort", "words.text", "taken", "roll", "kinds", "issuers", "options", "counting", "min", "max", "opens",
        "closes", "checkin", "stage", "words.links", "id",
    ),
    "reading": ("target", "page", "value", "precision", "t", "id"),
    "issuer": ("words.name", "url", "vk", "words.note", "words.links", "id"),
    "relay": ("words.name", "pk", "vk", "words.links", "id"),
    "news": ("words.title", "on", "words.text", "words.links", "id"),
    "press": ("words.title", "words.outlet", "words.url", "on", "id"),
}  # fmt: skip

# What is not asked, and what it is when nothing was said: collectors sign readings, a ballot follows its roll
# (`forms/following.py`), and the days of a pledge's actions are asked beside its options.
HIDDEN: dict[str, dict[str, object]] = {
    "reading": {"metric": "followers", "by": "manual", "ev": None, "g": None},
    "ballot": {"need": None, "every": None, "kmin": None, "actions": None},
    "vouching": {"need": None, "every": None, "kmin": None},
}
# Fields without which a thing can be told, but which are no extra where they are asked.
NEEDED = {("roll", "mode"), ("ballot", "roll"), ("ballot", "kinds"), ("ballot", "issuers")}
# Questions that belong to one answer alone: others need not read them.
ONLY = {
    ("ballot", "roll"): "here",
    ("ballot", "kinds"): "here",
    ("ballot", "issuers"): "here",
    ("ballot", "checkin"): "pledge",
}

LABELS: dict[str, Words] = {
    "id": _("Name in the book"),
    "country": _("Country"),
    "zone": _("Time zone"),
    "mark": _("Is it real?"),
    "opens": _("Opens"),
    "closes": _("Closes"),
    "on": _("Date"),
    "sort": _("Sort"),
    "state": _("What they did"),
    "stance": _("What kind of answer"),
    "effect": _("What it did to the block"),
    "how": _("How it is known"),
    "people": _("People it stands for"),
    "event": _("Event"),
    "target": _("Target"),
    "targets": _("Targets"),
    "sponsors": _("Sponsors among the targets"),
    "stage": _("Stage"),
    "letter": _("Letter"),
    "topic": _("Question"),
    "ballot": _("Pledge or poll"),
    "option": _("Option of the poll"),
    "pages": _("Pages on social networks"),
    "page": _("Page"),
    "asn": _("Network numbers (AS)"),
    "asks": _("Signatures hoped for"),
    "unit": _("Counted in"),
    "metric": _("What was counted"),
    "quality": _("How exact it is"),
    "value": _("Figure"),
    "high": _("Highest figure"),
    "share_bp": _("Share in percent"),
    "per": _("In each"),
    "doubted": _("We doubt this figure"),
    "precision": _("How exact the page shows it"),
    "t": _("Read at"),
    "options": _("Options"),
    "counting": _("How people choose"),
    "min": _("Choices at least"),
    "max": _("Choices at most"),
    "taken": _("Where people take part"),
    "url": _("Address"),
    "vk": _("Public key"),
    "pk": _("Key to which votes are sealed"),
    "roll": _("Roll"),
    "kinds": _("How people show to be one person"),
    "mode": _("When choices become public"),
    "relay": _("Relay"),
    "issuers": _("Who lets people in"),
    "vouches": _("People who must vouch for one newcomer"),
    "checkin": _("Last day to tell whether it was done"),
    "actions": _("Days of the actions"),
    "need": _("Issuers needed"),
    "every": _("Seconds between batches"),
    "kmin": _("Fewest votes in a batch"),
    "words.title": pgettext_lazy("of a campaign, a stage, an article", "Title"),
    "words.slogan": _("Slogan"),
    "words.summary": _("What it is about"),
    "words.apps": _("Apps whose calls are blocked"),
    "words.links": _("Sources"),
    "words.name": pgettext_lazy("of a company, a person, a group", "Name"),
    "words.role": _("Who they are"),
    "words.condition": _("Their condition"),
    "words.note": _("Note"),
    "words.text": _("Text"),
    "words.ask": _("What you ask people to do"),
    "words.says": _("What was stated"),
    "words.problem": _("What is wrong with it"),
    "words.outlet": _("Newspaper or site"),
    "words.url": _("Address of the article"),
}
LABELS_OF: dict[tuple[str, str], Words] = {
    ("moment", "words.text"): _("What happened"),
    ("reply", "words.text"): _("What they answered"),
    ("topic", "words.title"): _("The question"),
    ("claim", "event"): _("About the event"),
    ("claim", "target"): _("About the target"),
    ("claim", "stage"): _("About the stage"),
    ("claim", "letter"): _("About the letter"),
    ("claim", "ballot"): _("About the pledge or poll"),
    ("claim", "topic"): _("Answers the question"),
    ("ballot", "words.title"): _("The pledge or the question"),
    ("reading", "value"): _("Followers"),
    ("vouching", "kinds"): _("Who may vouch"),
    ("relay", "vk"): _("Key of the relay’s requests"),
}

_MOMENT = _("Date and time on the clock of the campaign, such as 2026-03-01 08:00.")
_DAY = _("Such as 2016-01-05. Only the month is known: 2016-01. Several days: 2016-01-16/2016-01-17.")
HELPS: dict[str, Words] = {
    "id": _(
        "Small letters, digits and hyphens. It stays in the book for ever and in addresses: no names of people."
    ),
    "country": _("Where the calls are blocked."),
    "zone": _("The clock by which dates of the campaign are meant."),
    "opens": _DAY,
    "closes": _("Leave it empty while the end is open."),
    "on": _DAY,
    "people": _("Leave it empty for one. A jury of five that left together is one stand of 5 people."),
    "target": _("Leave it empty when it is about none of them."),
    "pages": _("One a line, as network:name, such as facebook:inwi."),
    "asn": _("Separated by spaces, such as 36884. Measurements of the block find the operator by it."),
    "asks": _("Leave it empty when there is no goal."),
    "value": _("Leave it empty when only a share or nothing was stated."),
    "high": _("Only for a range: 132 to 220."),
    "share_bp": _("Such as 5.62."),
    "per": _("For a speed only: 228 in each second."),
    "doubted": _("It is shown with its problem, and left out of lowest and highest."),
    "t": _("Date and time on the clock of the campaign, such as 2016-02-27 14:00."),
    "options": _("A name for the book (small letters, digits, hyphens) and the words that people read."),
    "words.links": _("Where anyone can read it: address, title, newspaper or site."),
    "words.apps": _("One a line."),
    "words.condition": _("Such as: back on stage when calls work again. Only for who set a condition."),
    "words.problem": _("Such as: contradicts the counter of the same day."),
}
HELPS_OF: dict[tuple[str, str], Words] = {
    ("stand", "id"): _(
        "s and a number, such as s1. A person's name must never be in it: it stays in the book for ever."
    ),
    ("stand", "words.name"): _(
        "As they are known in public. It can be deleted later at their request; the entry stays."
    ),
    ("campaign", "closes"): _("Leave it empty while the block lasts."),
    ("campaign", "id"): _(
        "It becomes the address of the campaign and cannot be changed later. No names of people."
    ),
    ("issuer", "url"): _("Where it answers, as it told you, such as https://issuer.example.org."),
    ("issuer", "vk"): _("The line that its command prints. Compare it with what it shows at its address."),
    ("relay", "pk"): _(
        "The line pk that sawtna relay key prints on the machine of that organisation, never on that of this site."
    ),
    ("relay", "vk"): _("The line vk that the same command prints."),
    ("ballot", "taken"): _(
        "“Elsewhere” is for a pledge or poll of the past whose figures you add as claims."
    ),
    ("roll", "opens"): _MOMENT,
    ("roll", "closes"): _MOMENT,
    ("roll", "kinds"): _("Everyone who takes part shows it once, in one of these ways."),
    ("roll", "relay"): _(
        "Without a relay this site stores until the next batch what was chosen, and sees who comes. With one it stores only what "
        "it cannot open; the relay sees what is chosen, and not by whom. Price: votes wait for the relay, and the end waits for "
        "it for up to three days. It cannot be changed once the roll is published."
    ),
    ("ballot", "roll"): _(
        "The roll says how people show to be one person, and when choices become public. Ballots of one roll ask for one code."
    ),
    ("ballot", "kinds"): _("Tick nothing to take all ways of the roll."),
    ("ballot", "opens"): _(
        "Such as 2026-03-01. Where people take part here, days begin and end at midnight UTC, within the hours of the roll."
    ),
    ("ballot", "closes"): _("Leave it empty while the end is open; what is taken here ends with its roll."),
    ("ballot", "checkin"): _(
        "After the days of its actions people are asked whether they did it. Leave it empty if you do not ask."
    ),
    ("ballot", "options"): _(
        "A name for the book (small letters, digits, hyphens) and the words that people read. Of a pledge each option is an "
        "action; give the days on which it is to be done."
    ),
    ("vouching", "kinds"): _("People who were let in in these ways may vouch, each once for each newcomer."),
    ("vouching", "vouches"): _("From 2 to 20. Three friends are easily found; five strangers are not."),
    ("vouching", "roll"): _("A roll that accepts vouching by peers."),
    ("moment", "effect"): _("Moves the clock of days without calls. Leave it empty for everything else."),
}


def label_of(kind: str, path: str) -> Words:
    """What a question is called."""
    return LABELS_OF.get((kind, path), LABELS[path])


def help_of(kind: str, path: str) -> Words:
    """One sentence of help, or nothing."""
    return HELPS_OF.get((kind, path), HELPS.get(path, ""))
