// Small manners of the cockpit: copy buttons, progress bars that follow an import, charts from the page's own figures.
"use strict";

// The policy allows no inline style, and nothing here needs htmx to evaluate text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;

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

  document.addEventListener("DOMContentLoaded", () => {
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
