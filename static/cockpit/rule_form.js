// The form of an earning rule shows the fields of the chosen kind. The server decides; this only tidies.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const kind = document.querySelector("[data-fields-of-kind]");
  if (!kind) return;
  const fieldsOfKind = JSON.parse(kind.dataset.fieldsOfKind);
  const every = new Set(Object.values(fieldsOfKind).flat());
  const lineOf = (name) => document.querySelector(`.field-line.field-${name}`);
  const hide = (element, hidden) => element && element.toggleAttribute("data-kind-hidden", hidden);

  function tidy() {
    const shown = new Set(fieldsOfKind[kind.value] || []);
    const inclusion = document.querySelector("[name=labels_inclusion]").value;
    if (inclusion !== "include_labels") shown.delete("included_labels");
    if (inclusion !== "exclude_labels") shown.delete("excluded_labels");
    every.forEach((name) => hide(lineOf(name), !shown.has(name)));
    const always = document.querySelector("[name=is_all_time_active]").checked;
    ["start_at", "end_at"].forEach((name) => hide(lineOf(name), always));
    // A row of which every field is hidden goes as well.
    document.querySelectorAll(".form-row").forEach((row) => {
      const lines = [...row.querySelectorAll(".field-line")];
      hide(row, lines.length > 0 && lines.every((line) => line.hasAttribute("data-kind-hidden")));
    });
  }

  ["[data-fields-of-kind]", "[name=labels_inclusion]", "[name=is_all_time_active]"].forEach((selector) =>
    document.querySelector(selector).addEventListener("change", tidy),
  );
  tidy();
});
