"""Bodies of a few entries, as the book holds them."""

C = "somewhere-2016"


def campaign(**fields):
    """The body of a campaign's entry."""
    return {
        "v": 1,
        "k": "campaign",
        "c": C,
        "country": "MA",
        "zone": "A/B",
        "mark": "example",
        "opens": "2016",
        **fields,
    }


def news(name, on="2016-03-01", **fields):
    """The body of a piece of news."""
    return {"v": 1, "k": "news", "c": C, "id": name, "on": on, **fields}


def void(index):
    """The body that annuls entry `index`."""
    return {"v": 1, "k": "void", "i": index, "why": "mistake"}


def erase(index):
    """The body that says that the words of entry `index` were deleted."""
    return {"v": 1, "k": "erase", "i": index, "why": "request"}
