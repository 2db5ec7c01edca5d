// Small manners of the cockpit: copy buttons, progress bars that follow an import, charts from the page's own figures.
"use strict";

// The policy allows no inline style, and nothing here needs htmx to evaluate text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.attributesToSettle = ["class", "width", "height"];

(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const figure = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 2 });

  function copyOnClick(button) {
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copy);
      if (navigator.clipboard) {
        await navigator.clipboard.writeText(source.textContent.trim());
        button.textContent = "Copied";
      } else {
        // Without HTTPS there is no clipboard: mark the text, and the keyboard does the rest.
        window.getSelection().selectAllChildren(source);
        button.textContent = "Press Ctrl C";
      }
    });
  }

  // Ask for an import's figures every second while it runs, then show the finished page.
  function followProgress(holder) {
    const bar = holder.querySelector("progress");
    const words = holder.querySelector("span");
    const ask = async () => {
      const answer = await fetch(holder.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const job = await answer.json();
      bar.max = Math.max(job.total || 0, 1);
      bar.value = job.processed;
      words.textContent = job.total
        ? `${figure.format(job.processed)} of ${figure.format(job.total)}`
        : figure.format(job.processed);
      if (job.is_running) setTimeout(ask, 1000);
      else window.location.reload();
    };
    setTimeout(ask, 1000);
  }

  function drawChart(canvas) {
    const spec = JSON.parse(canvas.dataset.chart);
    const colour = { issued: css("--ck-issued"), spent: css("--ck-spent"), expired: css("--ck-expired") };
    const text = css("--ck-muted");
    const chart = new Chart(canvas, {
      type: spec.type,
      data: {
        labels: spec.labels,
        datasets: spec.series.map((series) => ({
          label: series.label,
          data: series.values,
          borderColor: colour[series.colour],
          backgroundColor: spec.type === "line" ? "transparent" : colour[series.colour],
          borderWidth: spec.type === "line" ? 2 : 0,
          pointRadius: 0,
          pointHitRadius: 12,
          cubicInterpolationMode: "monotone",
          borderRadius: 3,
          maxBarThickness: 28,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { label: (point) => `${point.dataset.label}: ${figure.format(point.parsed.y)}` } },
        },
        scales: {
          x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 24 } },
          y: {
            beginAtZero: true,
            border: { display: false },
            grid: { color: css("--ck-line") },
            ticks: { color: text, maxTicksLimit: 5, callback: (value) => figure.format(value) },
          },
        },
        onClick: (_event, points) => {
          const links = spec.links || [];
          if (points.length && links[points[0].index]) window.location = links[points[0].index];
        },
      },
    });
    return chart;
  }

  // A form that must not be sent twice: after the first click its buttons rest until the answer is there.
  function sendOnce(form) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "true";
      // After the browser has taken the pressed button's own value along.
      setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
    });
    // Whoever comes back by the back button finds the form awake.
    window.addEventListener("pageshow", () => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((button) => (button.disabled = false));
    });
  }

  // Rows that can be added and taken away: a template with __prefix__, a count, a tick named DELETE.
  function growRows(holder) {
    const total = holder.querySelector("input[name$='-TOTAL_FORMS']");
    const rows = holder.querySelector("[data-rows-list]");
    const blank = holder.querySelector("template");
    holder.querySelector("[data-rows-add]").addEventListener("click", () => {
      rows.insertAdjacentHTML("beforeend", blank.innerHTML.replaceAll("__prefix__", total.value));
      total.value = Number(total.value) + 1;
      rows.lastElementChild.querySelector("input:not([type=hidden])").focus();
    });
    holder.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-remove]");
      if (!button) return;
      const row = button.closest("[data-row]");
      row.querySelector("input[name$='-DELETE']").checked = true;
      row.hidden = true;
      holder.querySelector("[data-rows-add]").focus();
    });
  }

  // Show a chosen picture before it is uploaded.
  function previewPicture(input) {
    const image = document.querySelector(input.dataset.preview);
    input.addEventListener("change", () => {
      const reader = new FileReader();
      reader.addEventListener("load", () => {
        image.src = reader.result;
        image.hidden = false;
      });
      if (input.files.length) reader.readAsDataURL(input.files[0]);
    });
  }

  // What a dialog answered may be below the page's edge: a page that says something opens at its top.
  function showWhatWasSaid() {
    history.scrollRestoration = "manual";
    window.addEventListener("load", () => requestAnimationFrame(() => window.scrollTo(0, 0)));
    window.addEventListener("pagehide", () => (history.scrollRestoration = "auto"));
  }

  // Tab goes round within an open dialog, and closing it leads back to the button that opened it.
  function holdFocus(holder) {
    let opener = null;
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.target === holder) opener = event.detail.elt;
    });
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Tab") return;
      const stops = [...holder.querySelectorAll("a[href], button, input, select, textarea")].filter(
        (each) => !each.disabled && each.type !== "hidden" && each.offsetParent,
      );
      const [first, last] = [stops[0], stops[stops.length - 1]];
      if (document.activeElement !== (event.shiftKey ? first : last)) return;
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    });
    new MutationObserver(() => {
      const isOpen = getComputedStyle(holder.parentElement).display !== "none";
      if (isOpen && !holder.contains(document.activeElement)) {
        const first = holder.querySelector(":is(input, select, textarea):not([type=hidden])");
        (first || holder.querySelector("[type=submit]"))?.focus();
      } else if (!isOpen && opener) {
        opener.focus();
        opener = null;
      }
    }).observe(holder.parentElement, { attributes: true, attributeFilter: ["style"] });
  }

  // A dialog whose answer is no dialog: the log-in has ended, or the server is away. Nothing was done then.
  function sayInDialog(text, isLoggedOut) {
    const form = document.querySelector("#dialog-form");
    if (!form) return window.location.reload();
    form.querySelector(".ck-refusal")?.remove();
    const said = document.createElement("p");
    said.className = "ck-refusal";
    said.setAttribute("role", "alert");
    said.textContent = text;
    if (isLoggedOut) {
      const link = document.createElement("a");
      link.href = window.location.href;
      link.className = "ck-again";
      link.textContent = "Log in again";
      said.append(" ", link);
    }
    form.prepend(said);
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (!target?.closest("#modal-content") || xhr.status !== 200 || xhr.responseText.includes('id="dialog')) return;
    event.detail.shouldSwap = false;
    sayInDialog("You are logged out. Nothing was done.", true);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const isLoggedOut = event.detail.xhr.status === 403;
    sayInDialog(isLoggedOut ? "You are logged out. Nothing was done." : "This did not work. Load the page again.", isLoggedOut);
  });
  document.addEventListener("htmx:sendError", () => sayInDialog("The server cannot be reached. Try again.", false));

  // Enter in the palette follows the chosen result, or the first where none is chosen yet.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || event.target.id !== "search-input-command") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const found = "#command-results-list li";
      const link = document.querySelector(`${found}.active a`) || document.querySelector(`${found} a`);
      if (link) window.open(link.href, event.metaKey || event.ctrlKey ? "_blank" : "_self");
    },
    true,
  );

  // A chosen picture is sent at once. The library's listener, which looks for a text field beside it, is not asked.
  document.addEventListener(
    "change",
    (event) => {
      if (!event.target.matches("[data-submit-on-choice]")) return;
      event.stopImmediatePropagation();
      if (event.target.files.length) event.target.form.requestSubmit();
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-once]").forEach(sendOnce);
    document.querySelectorAll(".ck-said").forEach(showWhatWasSaid);
    document.querySelectorAll("#modal-content").forEach(holdFocus);
    document.querySelectorAll("[data-rows]").forEach(growRows);
    document.querySelectorAll("input[data-preview]").forEach(previewPicture);
    document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
    document.querySelectorAll("[data-copy]").forEach(copyOnClick);
    document.querySelectorAll("[data-progress]").forEach(followProgress);
    let charts = [...document.querySelectorAll("canvas[data-chart]")].map(drawChart);
    // A change of theme is a change of the root's class: draw again in the new colours.
    new MutationObserver(() => {
      charts.forEach((chart) => chart.destroy());
      charts = [...document.querySelectorAll("canvas[data-chart]")].map(drawChart);
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  });
})();
