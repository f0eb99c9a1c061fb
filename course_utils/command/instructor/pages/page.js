// Explorers that move, from printed frames. Before it stand keys.js, and `Range` and `Pointer`, the
// scripts of controls/range.js and pointer.js, so that controls look and work as in the lesson.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text.trim()), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const END = "From here on this page has no picture. Start again, or go on in JupyterLab.";

function element(name, parent, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  parent.append(made);
  return made;
}

// Each builder returns a function that shows a position, among labels.
const BUILD = {
  range(box, control, move) {
    const values = { description: control.words, labels: control.labels, position: 0 };
    let follow = null;
    Range.render({ el: box, model: {
      get: name => values[name],
      set: (name, value) => { values[name] = value; },
      save_changes: () => move(values.position),
      on: (_, listener) => { follow = listener; },
      off: () => {},
    } });
    return (position, labels) => {
      Object.assign(values, { position, labels });
      follow?.();
    };
  },
  select(box, control, move) {
    const label = element("label", box);
    element("span", label, { textContent: control.words });
    const list = element("select", label, { onchange: () => move(list.selectedIndex) });
    return (position, labels) => {
      list.replaceChildren(...labels.map(words => new Option(words)));
      list.selectedIndex = position;
    };
  },
  checkbox(box, control, move) {
    const label = element("label", box);
    element("span", label);
    const onchange = event => move(Number(event.target.checked));
    const input = element("input", label, { type: "checkbox", onchange });
    label.append(control.words);
    return position => { input.checked = position === 1; };
  },
  button(box, control, move) {
    element("button", box, { type: "button", textContent: control.words, onclick: () => move() });
    return () => {};
  },
};

async function setInMotion(place) {
  const { controls, start, frames, parts, note } = await unpack(
    place.querySelector(".frames").textContent);
  const names = controls.map(control => control.name);
  const figure = place.querySelector("figure").parentElement;
  const words = place.querySelector(".note");
  let now = start;

  function keyOf(values) { // that of the frame to show next; undefined if it was not printed
    const from = key => names.map((name, i) => values[name] ?? key.split(",")[i]).join(",");
    return [from(now), from(start)].find(key => key in frames);
  }

  function pressed(i) {
    if (i === controls.length - 1) return "";
    const key = now ? `${now},${i}` : `${i}`;
    return key in frames ? key : undefined;
  }

  async function show(key) {
    said.textContent = key === undefined ? END : note;
    if (key === undefined) return;
    now = key;
    const { html, at, labels } = frames[key];
    at.forEach((position, i) => shown[i](position, labels[i] ?? controls[i].labels));
    const made = document.createElement("div");
    made.innerHTML = html;
    const image = made.querySelector("img");
    if (image) {
      const text = frames[key].parts.map(number => parts[number]).join("");
      image.src = text.startsWith("data:") ? text : `data:image/svg+xml,${encodeURIComponent(text)}`;
      await image.decode();
    }
    if (now === key) figure.replaceChildren(...made.childNodes);
  }

  const box = document.createElement("div");
  box.className = "controls";
  const shown = controls.map((control, i) => {
    const own = element("div", box, { className: "course-range" });
    const key = control.kind === "button" ? () => pressed(i) : at => keyOf({ [control.name]: at });
    return BUILD[control.kind](own, control, at => show(key(at)));
  });
  const said = element("p", box, { className: "about", textContent: note });
  said.setAttribute("role", "status");
  frames[start].at.forEach((at, i) => shown[i](at, frames[start].labels[i] ?? controls[i].labels));
  words.replaceWith(box);
  Pointer.listen(figure, () => figure.querySelector("figure > img"), (x, y) => {
    const found = Pointer.met(frames[now].regions, x, y);
    return found && keyOf(found.values) ? found : null;
  }, values => show(keyOf(values)));
}

// ------------------------------------------------------------------------------------- search

const MOST = 12;

function matches(words) { // `course_search`: search.js, loaded when it is first needed
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  return window.course_search.filter(section => {
    const text = `${section.title} ${section.text}`.toLowerCase();
    return wanted.every(word => text.includes(word));
  }).slice(0, MOST);
}

function resultLine(section, words) {
  const at = section.text.toLowerCase().indexOf(words.toLowerCase().split(/\s+/)[0]);
  const line = document.createElement("li");
  element("a", line, { href: section.href, textContent: `${section.page}: ${section.title}` });
  const from = at > 40 ? section.text.indexOf(" ", at - 40) : 0;
  const to = section.text.indexOf(" ", from + 110);
  const there = section.text.slice(from, to < 0 ? undefined : to).trim();
  element("span", line, { textContent: ` … ${there} …` });
  return line;
}

function search(form) {
  const [input, list, said] = ["input", "ul", "[role=status]"].map(s => form.querySelector(s));
  form.hidden = false;
  function look() {
    const sections = matches(input.value);
    list.replaceChildren(...sections.map(section => resultLine(section, input.value)));
    said.textContent = input.value && !sections.length ? "Nothing found." : "";
  }
  input.addEventListener("focus", () => {
    element("script", document.head, { src: "search.js", onload: look });
  }, { once: true });
  input.addEventListener("input", () => { if (window.course_search) look(); });
  form.addEventListener("submit", event => event.preventDefault());
}

document.querySelectorAll(".explorer").forEach(setInMotion);
document.querySelectorAll("form.search").forEach(search);
