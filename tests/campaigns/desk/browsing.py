"""A browser without scripts, in small: reads the forms of a page and sends them as they stand, with what a test types."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collects the fields of every form."""

    def __init__(self):
        super().__init__()
        self.forms, self._form, self._area, self._select = [], None, None, None

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "form":
            self._form = {
                "action": named.get("action", ""),
                "method": named.get("method", "get"),
                "fields": [],
            }
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "textarea":
            self._area = [named.get("name"), ""]
        elif tag == "select":
            self._select = [named.get("name"), None]
        elif tag == "option" and self._select is not None:
            if "selected" in named or self._select[1] is None:
                self._select[1] = named.get("value", "")
        elif tag == "input" and named.get("name"):
            if named.get("type") in {"checkbox", "radio"} and "checked" not in named:
                return
            self._form["fields"].append((named["name"], named.get("value", "on")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None:
            self._form["fields"].append((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            self._form["fields"].append((self._select[0], self._select[1] or ""))
            self._select = None

    def handle_data(self, data):
        if self._area is not None:
            self._area[1] += data


def forms_of(page):
    """Read the forms of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


def form_on(page, *, action=None, has=None):
    """Find the form that leads to an address, or that has a field."""
    for form in forms_of(page):
        names = {name for name, _ in form["fields"]}
        if (action is None or form["action"].endswith(action)) and (has is None or has in names):
            return form
    raise AssertionError(f"no form for {action or has}")


def fields_of(form, typed=()):
    """The fields of a form as a dict of lists, with what is typed in their places."""
    fields = {}
    for name, value in form["fields"]:
        fields.setdefault(name, []).append(value)
    for name, value in dict(typed).items():
        fields[name] = value if isinstance(value, list) else [value]
    return fields


def send(client, path, typed=(), *, action=None, has="print", **more):
    """Open a page, type into one of its forms, and send it."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    form = form_on(page, action=action, has=None if action else has)
    return client.post(form["action"] or path, {**fields_of(form, typed), **more})
