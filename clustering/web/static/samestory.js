/* Small enhancements; every page works without them. No request leaves the host. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isStatic = document.body.dataset.static === "yes";

  /* The swimlane: tooltip, keyboard walk, languages lit from the legend, PNG export. */
  const lanes = one("[data-swimlane]");
  if (lanes) {
    const marks = all(".mark", lanes);
    const tip = one("[data-tip]");
    let here = -1;
    const place = (mark) => {
      const box = mark.getBoundingClientRect();
      tip.hidden = false;
      const width = tip.offsetWidth;
      const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), document.documentElement.clientWidth - width - 8);
      const above = box.top > tip.offsetHeight + 18;
      tip.style.left = `${left + window.scrollX}px`;
      tip.style.top = `${(above ? box.top - tip.offsetHeight - 10 : box.bottom + 10) + window.scrollY}px`;
    };
    const show = (mark) => {
      const title = one("title", mark) || mark.titleNode;
      if (!title) return;
      const [headline, facts, why] = title.textContent.split("\n");
      tip.replaceChildren();
      const row = document.getElementById(`a-${mark.dataset.article}`);
      const source = row && one("bdi", row);
      for (const [name, text] of [["tip-title", headline], ["tip-facts", facts], ["tip-why", why]]) {
        const part = document.createElement(name === "tip-title" ? "bdi" : "span");
        part.className = name;
        part.textContent = text || "";
        if (name === "tip-title" && source) { part.lang = source.lang; part.dir = source.dir; } else if (name === "tip-title") part.dir = "auto";
        tip.append(part);
      }
      /* the native tooltip would come on top of ours */
      if (title.isConnected) { mark.titleNode = title; mark.setAttribute("aria-label", title.textContent); title.remove(); }
      place(mark);
    };
    const hide = () => { tip.hidden = true; };
    window.addEventListener("hashchange", hide);
    const goTo = (index) => {
      if (here >= 0) marks[here].classList.remove("here");
      here = Math.max(0, Math.min(marks.length - 1, index));
      marks[here].classList.add("here");
      marks[here].focus({ preventScroll: true });
      const box = marks[here].getBoundingClientRect();
      if (box.top < 80 || box.bottom > window.innerHeight - 40) window.scrollBy(0, box.top - window.innerHeight / 2);
      show(marks[here]);
    };
    lanes.addEventListener("mouseover", (event) => { const mark = event.target.closest(".mark"); if (mark) show(mark); });
    lanes.addEventListener("mouseout", (event) => { if (event.target.closest(".mark")) hide(); });
    lanes.addEventListener("keydown", (event) => {
      if (!marks.length) return;
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      if (event.key in steps) goTo(here + steps[event.key]);
      else if (event.key === "Home") goTo(0);
      else if (event.key === "End") goTo(marks.length - 1);
      else if (event.key === "Escape") { hide(); if (here >= 0) marks[here].classList.remove("here"); here = -1; lanes.focus(); }
      else return;
      event.preventDefault();
    });
    const light = (name, button) => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      const lit = all(".legend [aria-pressed='true']").map((key) => key.dataset.language);
      lanes.classList.toggle("dimmed", lit.length > 0);
      all(".mark, .span", lanes).forEach((mark) => mark.classList.toggle("lit", lit.some((key) => mark.classList.contains(key))));
    };
    all(".legend [data-language]").forEach((button) => button.addEventListener("click", () => light(button.dataset.language, button)));
  }

  all("[data-png]").forEach((button) => {
    const source = one("[data-picture]", button.parentElement);
    if (!source) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        const scale = Math.min(2, 16000 / image.naturalHeight);
        canvas.width = image.naturalWidth * scale;
        canvas.height = image.naturalHeight * scale;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => {
          const link = document.createElement("a");
          link.href = URL.createObjectURL(blob);
          link.download = "samestory.png";
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        }, "image/png");
      };
      image.src = source.href;
    });
  });

  /* Lists of stories: filters act at once, words are searched as they are typed, j and k walk. */
  const list = one("[data-stories]");
  const replaceList = async (url) => {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const selector of ["h1", "[data-count]", "[data-stories]", ".more"]) {
      const fresh = one(selector, page);
      const old = one(selector);
      if (fresh && old) old.replaceWith(document.adoptNode(fresh));
      else if (old && selector === ".more") old.remove();
      else if (fresh && selector === ".more") one("#main").append(document.adoptNode(fresh));
    }
    history.replaceState(null, "", url);
  };
  const filters = one("[data-filters]");
  if (filters && list && !isStatic) {
    const apply = () => {
      const query = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value));
      replaceList(`${filters.getAttribute("action")}?${query}`);
    };
    filters.addEventListener("change", apply);
    filters.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  }
  const search = one("[data-search]");
  if (search && list && !isStatic) {
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const hidden = filters && one("[name=q]", filters);
        if (hidden) hidden.remove();
        const query = search.value.trim() ? `?q=${encodeURIComponent(search.value.trim())}` : "";
        replaceList(search.form.getAttribute("action") + query);
      }, 180);
    });
  }
  if (filters && list && isStatic) {
    const items = all(".story", list);
    const order = filters.elements.sort;
    if (order) order.closest("label").hidden = true;
    const apply = () => {
      const words = (one("[data-words]").value || "").toLowerCase().split(/\s+/).filter(Boolean);
      const { language, country } = filters.elements;
      let shown = 0;
      for (const item of items) {
        const text = item.textContent.toLowerCase();
        const fits = words.every((word) => text.includes(word))
          && (!language.value || item.dataset.languages.split(" ").includes(language.value))
          && (!country.value || item.dataset.countries.split(" ").includes(country.value));
        item.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      one("[data-count]").textContent = `${shown} of ${items.length} stories`;
    };
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "/" && (search || one("[data-words]"))) { event.preventDefault(); (search || one("[data-words]")).focus(); }
    if ((event.key === "j" || event.key === "k") && one("[data-stories]")) {
      const links = all("[data-stories] .story:not([hidden]) .headline");
      const at = links.indexOf(document.activeElement);
      const next = links[Math.max(0, Math.min(links.length - 1, at + (event.key === "j" ? 1 : -1)))];
      if (next) next.focus();
    }
  });
})();
