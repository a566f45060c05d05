"""The quick question and the slow answer agree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.entries import KINDS
from sawtna.ledger.core.fits import compile_form
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS
from sawtna.ledger.core.schema import Form, problems_of

FORMS = [form for kind in (*KINDS, *BOOK_KINDS) for form in (kind.body_form, kind.words_form)]
ANYTHING = st.recursive(
    st.one_of(st.booleans(), st.integers(-3, 3), st.text(max_size=5), st.just("2016-01-05"), st.just("a-b")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def near(form: Form) -> st.SearchStrategy[object]:
    """Values that fit a form, or nearly."""
    if form.fields is not None:
        required = {name: near(place.form) for name, place in form.fields.items() if place.required}
        rest = {name: near(place.form) for name, place in form.fields.items() if not place.required}
        return st.one_of(st.fixed_dictionaries(required, optional=rest), ANYTHING)
    if form.items is not None:
        return st.one_of(st.lists(near(form.items), max_size=3), ANYTHING)
    if form.values is not None:
        return st.one_of(
            st.dictionaries(st.sampled_from(["a", "b-1", "No"]), near(form.values), max_size=3), ANYTHING
        )
    return st.one_of(st.just(form.sample), ANYTHING)


@given(st.data())
def test_a_compiled_form_fits_exactly_what_has_no_problem(data: st.DataObject) -> None:
    """For every kind and its words, near values and nonsense: yes if and only if there is nothing to say."""
    form = data.draw(st.sampled_from(FORMS))
    value = data.draw(near(form))

    assert compile_form(form)(value) == (not list(problems_of(form, value)))
