/** A page of just enough DOM for check.js: sections, a button, templates with places, and a place for the outcome. */

class Element {
  constructor(attributes = {}) {
    this.attributes = attributes;
    this.children = [];
    this.hidden = false;
    this.textContent = "";
    this.listeners = [];
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  addEventListener(_, listener) {
    this.listeners.push(listener);
  }

  press() {
    return Promise.all(this.listeners.map((listener) => listener()));
  }

  replaceChildren(...children) {
    this.children = children.flat();
  }

  querySelectorAll(selector) {
    return this.children.filter((child) => selector.slice(1, -1) in child.attributes);
  }
}

class Template extends Element {
  constructor(slots) {
    super();
    this.content = { cloneNode: () => slots.map((slot) => new Element({ "data-check-slot": slot })) };
  }
}

class Section extends Element {
  constructor(dataset, { shown, outcomes }) {
    super();
    this.dataset = { ...dataset };
    this.ownerDocument = { baseURI: "https://sawtna.example/en/book/0/", documentElement: { lang: "ar" } };
    this.button = new Element();
    this.button.hidden = true;
    this.outcome = new Element();
    this.shown = shown === undefined ? null : Object.assign(new Element(), { textContent: shown });
    this.templates = Object.fromEntries(
      outcomes.map((name) => [name, new Template(["index", "size", "root"])]),
    );
  }

  querySelector(selector) {
    const say = /^template\[data-check-say="(.*)"\]$/.exec(selector);
    if (say) {
      return this.templates[say[1]] ?? null;
    }
    const parts = {
      "[data-check-start]": this.button,
      "[data-check-entry]": this.shown,
      "[data-check-outcome]": this.outcome,
    };
    return parts[selector] ?? null;
  }
}

globalThis.HTMLElement = Element;
globalThis.HTMLTemplateElement = Template;

/** A page with one section for each claim. */
export function pageOf(...sections) {
  return { querySelectorAll: () => sections };
}

/** A section that claims what `dataset` says. */
export function sectionOf(dataset, options) {
  return new Section(dataset, options);
}
