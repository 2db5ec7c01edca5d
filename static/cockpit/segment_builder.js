// Builds the parts of a segment: every part must be met (AND), one criterion of a part is enough (OR).
// What is built is written into the form's field as JSON; the server decides whether it can be kept.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const source = document.querySelector("textarea[data-segment-builder]");
  if (!source) return;
  const { kinds, choices, looks } = JSON.parse(source.dataset.segmentBuilder);
  const kindOf = Object.fromEntries(kinds.map((kind) => [kind.type, kind]));
  const wrongAt = source.dataset.errorAt || "";
  const box = make("div", "sb");
  source.classList.add("sb-source");
  source.removeAttribute("required");
  source.after(box);
  let parts = read();
  let timer = 0;
  let asked = 0;
  const count = make("p", "sb-count");
  count.setAttribute("role", "status");

  function read() {
    try {
      const kept = JSON.parse(source.value || "[]");
      return Array.isArray(kept) && kept.length ? kept : [{ criteria: [fresh()] }];
    } catch {
      return [{ criteria: [fresh()] }];
    }
  }

  function fresh() {
    return { type: "last_purchase_n_days_before", days: 30 };
  }

  function make(tag, className = "", text = "") {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function button(text, className, act, label = "") {
    const element = make("button", className, text);
    element.type = "button";
    if (label) element.setAttribute("aria-label", label);
    element.addEventListener("click", act);
    return element;
  }

  function draw(focus = "") {
    box.replaceChildren();
    parts.forEach((part, place) => {
      if (place) box.append(make("div", "sb-word", "AND"));
      box.append(drawPart(part, place));
    });
    const buttons = make("p", "ck-buttons");
    buttons.append(
      button("Add AND part", "ck-button", () => {
        parts.push({ criteria: [fresh()] });
        draw(`parts.${parts.length - 1}.criteria.0`);
      }),
    );
    box.append(buttons, count);
    write();
    if (focus) box.querySelector(`[data-at="${focus}"] select`)?.focus();
  }

  function drawPart(part, place) {
    const element = make("section", "sb-part");
    element.setAttribute("aria-label", `Part ${place + 1}`);
    const head = make("div", "sb-head");
    head.append(make("b", "", `Part ${place + 1}`), make("span", "", "one criterion is enough"));
    if (parts.length > 1) {
      const take = () => {
        parts.splice(place, 1);
        draw();
      };
      head.append(button("Remove part", "sb-take", take, `Remove part ${place + 1}`));
    }
    element.append(head);
    part.criteria.forEach((criterion, row) => {
      if (row) element.append(make("div", "sb-word", "OR"));
      element.append(drawCriterion(part, criterion, place, row));
    });
    const buttons = make("p", "ck-buttons");
    buttons.append(
      button("Add OR criterion", "ck-button", () => {
        part.criteria.push(fresh());
        draw(`parts.${place}.criteria.${part.criteria.length - 1}`);
      }),
    );
    element.append(buttons);
    return element;
  }

  function drawCriterion(part, criterion, place, row) {
    const at = `parts.${place}.criteria.${row}`;
    const element = make("div", "sb-criterion");
    element.dataset.at = at;
    element.classList.toggle("is-wrong", wrongAt === at || wrongAt.startsWith(`${at}.`));
    const top = make("div", "sb-top");
    const select = make("select", looks.select);
    select.setAttribute("aria-label", `Criterion ${row + 1} of part ${place + 1}`);
    kinds.forEach((kind) => select.append(new Option(kind.label, kind.type)));
    select.value = criterion.type;
    select.addEventListener("change", () => {
      part.criteria[row] = { type: select.value };
      draw(at);
    });
    top.append(select);
    if (part.criteria.length > 1) {
      const take = () => {
        part.criteria.splice(row, 1);
        draw();
      };
      top.append(button("Remove", "sb-take", take, `Remove criterion ${row + 1} of part ${place + 1}`));
    }
    const fields = make("div", "sb-fields");
    (kindOf[criterion.type]?.fields || []).forEach((field) => fields.append(drawField(criterion, field, at)));
    element.append(top, fields);
    return element;
  }

  function drawField(criterion, field, at) {
    const wide = ["lines", "labels", "several"].includes(field.control);
    const element = make(field.control === "several" ? "div" : "label", `sb-field${wide ? " is-wide" : ""}`);
    element.append(make("span", "", field.label), CONTROLS[field.control](criterion, field));
    if (field.help) element.append(make("small", "", field.help));
    if (wrongAt.startsWith(`${at}.${field.name}`)) element.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    return element;
  }

  const CONTROLS = {
    number: (criterion, field) => input(criterion, field, { type: "number", min: "0", step: "1", inputMode: "numeric" }),
    money: (criterion, field) => input(criterion, field, { type: "number", min: "0", step: "0.01", inputMode: "decimal" }),
    date: (criterion, field) => input(criterion, field, { type: "date" }),
    choice(criterion, field) {
      const select = make("select", looks.select);
      select.append(new Option("Choose", ""));
      choices[field.name].forEach(([value, label]) => select.append(new Option(label, value)));
      select.value = criterion[field.name] || "";
      return follow(select, "change", () => (criterion[field.name] = select.value));
    },
    several(criterion, field) {
      const chosen = new Set(criterion[field.name] || []);
      const group = make("div", "sb-several");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", field.label);
      if (!choices[field.name].length) group.append(make("span", "ck-note", "This store has none yet."));
      choices[field.name].forEach(([value, label]) => {
        const line = make("label");
        const tick = make("input");
        tick.type = "checkbox";
        tick.checked = chosen.has(value);
        follow(tick, "change", () => {
          if (tick.checked) chosen.add(value);
          else chosen.delete(value);
          criterion[field.name] = [...chosen];
        });
        line.append(tick, document.createTextNode(label));
        group.append(line);
      });
      return group;
    },
    lines(criterion, field) {
      const isKeys = field.name === "labels";
      const shown = (criterion[field.name] || []).map((each) => (isKeys ? each.key : each));
      return area(shown, (lines) => (criterion[field.name] = isKeys ? lines.map((key) => ({ key })) : lines));
    },
    labels(criterion, field) {
      const shown = (criterion[field.name] || []).map((each) => `${each.key}:${each.value || ""}`);
      return area(shown, (lines) => (criterion[field.name] = lines.map(label)));
    },
  };

  function label(line) {
    const colon = line.indexOf(":");
    return colon < 0 ? { key: line } : { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
  }

  function input(criterion, field, attributes) {
    const element = Object.assign(make("input", looks.input), attributes);
    element.value = criterion[field.name] ?? "";
    return follow(element, "input", () => (criterion[field.name] = element.value));
  }

  function area(shown, keep) {
    const element = make("textarea", looks.textarea);
    element.rows = Math.min(8, Math.max(3, shown.length + 1));
    element.spellcheck = false;
    element.value = shown.join("\n");
    return follow(element, "input", () => keep(element.value.split("\n").map((line) => line.trim()).filter(Boolean)));
  }

  function follow(element, event, keep) {
    element.addEventListener(event, () => {
      keep();
      write();
    });
    return element;
  }

  function write() {
    source.value = JSON.stringify(parts);
    count.classList.add("is-old");
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  }

  async function ask() {
    const mine = ++asked;
    try {
      const answer = await fetch(new URL(source.dataset.countAddress, location.href), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
        body: source.value,
      });
      if (mine === asked) show(await answer.json());
    } catch {
      if (mine === asked) show({ say: "The count is not to be had just now." });
    }
  }

  function show(said) {
    count.classList.remove("is-old");
    if (said.count === undefined) count.replaceChildren(make("span", "", said.say));
    else count.replaceChildren(make("b", "", said.say), make("span", "", "would be in it now"));
  }

  draw();
});
