// Draws the collaboration graph where the server placed it. Everything it tells stands in the table below it too.
const data = JSON.parse(document.getElementById("graph-data").textContent);
const card = document.getElementById("graph");
const box = document.getElementById("graph-picture");
const said = document.getElementById("graph-said");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

card.hidden = false;
const nodes = data.nodes.map((node) => ({
  data: { ...node, id: `n${node.id}`, tone: colour(`--tone-${node.group}`) },
  position: { x: node.x, y: node.y },
  classes: node.id === data.center ? "center" : "",
}));
const edges = data.edges.map((edge) => ({
  data: { ...edge, source: `n${edge.source}`, target: `n${edge.target}` },
  classes: [edge.partnership ? "partnership" : "", edge.bridge ? "bridge" : ""].join(" "),
}));

const graph = window.cytoscape({
  container: box,
  elements: [...nodes, ...edges],
  layout: { name: "preset", fit: true, padding: 36 },
  minZoom: 0.1,
  maxZoom: 4,
  userZoomingEnabled: false, // the wheel scrolls the page; the buttons zoom
  autoungrabify: true,
  style: [
    {
      selector: "node",
      style: {
        shape: "data(shape)", "background-color": "data(tone)", width: 26, height: 26, label: "data(name)",
        "font-size": 13, "font-family": "Noto Sans JP, Noto Sans CJK JP, sans-serif", color: colour("--ink"),
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 170,
        "text-background-color": "#fff", "text-background-opacity": 0.8, "min-zoomed-font-size": 7,
      },
    },
    { selector: "node.center", style: { width: 42, height: 42, "font-size": 16, "font-weight": 700, "border-width": 4, "border-color": colour("--ink") } },
    { selector: "edge", style: { width: "mapData(strength, 0, 1, 1.5, 8)", "line-color": colour("--color-neutral-solid-gray-420"), "curve-style": "haystack" } },
    { selector: "edge.partnership", style: { "line-color": colour("--key") } },
    { selector: "edge.bridge", style: { "line-color": colour("--color-primitive-orange-900"), "curve-style": "straight", "line-style": "dashed" } },
    { selector: ".faint", style: { opacity: 0.15 } },
  ],
});

const show = (node) => {
  graph.elements().addClass("faint");
  node.closedNeighborhood().removeClass("faint");
  const link = document.createElement("a");
  link.href = node.data("url");
  link.textContent = said.dataset.open;
  said.replaceChildren(document.createTextNode(`${node.data("name")} — `), link);
};
graph.on("tap", "node", (event) => show(event.target));
graph.on("tap", (event) => {
  if (event.target !== graph) return;
  graph.elements().removeClass("faint");
  said.textContent = said.dataset.hint;
});
card.addEventListener("click", (event) => {
  const way = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (way === "fit") graph.fit(undefined, 36);
  else if (way) graph.zoom({ level: graph.zoom() * (way === "in" ? 1.4 : 1 / 1.4), renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
});
new ResizeObserver(() => graph.resize()).observe(box);
