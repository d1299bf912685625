#!/usr/bin/python3
"""Draws the results of the benchmarks, as SVG.

usage: pictures.py machine FOLDER PROGRAMS   keeps in FOLDER what the figures were measured with
       pictures.py draw FOLDER               draws FOLDER/attack.svg and FOLDER/throughput.svg

The figures are in FOLDER: attack.csv by attack.sh, throughput.csv by saslauthd.sh, machine.json by the first form. The same figures
give the same pictures, byte by byte.
"""
import csv
import datetime
import json
import math
import os
import re
import shutil
import subprocess
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 470
LEFT, RIGHT, TOP, BOTTOM = 76, 20, 96, 76
STYLE = """
  text { font-family: system-ui, sans-serif; font-size: 13px; fill: #1f2328 }
  .title { font-size: 18px; font-weight: 600 }
  .note { font-size: 11px; fill: #59636e }
  .end { text-anchor: end } .middle { text-anchor: middle }
  .paper { fill: #ffffff } .grid { stroke: #d1d9e0; stroke-width: 1 } .attack { fill: #afb8c1; fill-opacity: 0.25 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round } .worst { stroke-width: 1.2; stroke-dasharray: 3 3 }
  .ours { stroke: #0969da } .cyrus { stroke: #bc4c00 } .bar { stroke: none } .bar.ours { fill: #0969da } .bar.cyrus { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .note { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #3d444d }
    .attack { fill: #656c76; fill-opacity: 0.35 }
    .ours { stroke: #58a6ff } .cyrus { stroke: #f0883e } .bar.ours { fill: #58a6ff } .bar.cyrus { fill: #f0883e }
  }
"""
UNKNOWN = "of an unknown version"
# Amounts of the benchmarks that the environment can set.
AMOUNTS = ("ROUNDS", "REQUESTS", "LOGINS", "DURATION", "ATTEMPTS", "IDLE", "BURST", "RATE")
NAMES = {"ours": "swift-saslauthd", "cyrus": "Cyrus saslauthd"}


class Axis:
    """Maps values to coordinates; raises ValueError outside its range."""

    def __init__(self, low, high, start, end, logarithmic=False):
        if not (math.isfinite(low) and math.isfinite(high) and low < high and (low > 0 or not logarithmic)):
            raise ValueError(f"an axis cannot go from {low} to {high}")
        self.low, self.high, self.start, self.end, self.logarithmic = low, high, start, end, logarithmic

    def place(self, value):
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise ValueError(f"{value} is not between {self.low} and {self.high}")
        low, high, value = (math.log10(x) if self.logarithmic else x for x in (self.low, self.high, value))
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def number(value):
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(x, y, content, kind="", extra=""):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{number(x)}" y="{number(y)}"{kind}{extra}>{escape(content)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" class="{kind}"/>'


def rectangle(x, y, width, height, kind):
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" class="{kind}"/>'


def picture(title, subtitle, parts, machine):
    """The whole picture around its parts."""
    where = f"{machine['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}"
    if machine["load"] >= 1:
        where += f"; busy with other work (load {machine['load']})"
    versions = f"{NAMES['ours']} {machine['ours']}; {NAMES['cyrus']} {machine['cyrus']}"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(subtitle)}. {escape(where)}; {escape(versions)}</desc>",
        f"<style>{STYLE}</style>",
        rectangle(0, 0, WIDTH, HEIGHT, "paper"),
        text(16, 30, title, "title"),
        text(16, 50, subtitle, "note"),
        *parts,
        text(16, HEIGHT - 24, where, "note"),
        text(16, HEIGHT - 9, versions, "note"),
        "</svg>",
        "",
    ])


def duration(milliseconds):
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def legend(entries, x, y):
    """Marks and names next to each other."""
    parts = []
    for kind, name in entries:
        mark = rectangle(x, y - 9, 22, 10, kind) if kind.startswith("bar") else line(x, y - 4, x + 22, y - 4, kind)
        parts += [mark, text(x + 28, y, name)]
        x += 48 + 7.2 * len(name)
    return parts


def attack(rows, machine):
    """Latencies over time: `rows` have daemon, second, median_ms and worst_ms; and, in the first one, when the attack begins and ends."""
    series = {name: [] for name in NAMES}
    for row in rows:
        series[row["daemon"]].append((int(row["second"]), float(row["median_ms"]), float(row["worst_ms"])))
    values = [value for points in series.values() for point in points for value in point[1:]]
    if not values or not all(math.isfinite(value) and value > 0 for value in values):
        raise ValueError("there are no latencies, or some that are none")
    start, end, patience = (int(rows[0][name]) for name in ("attack_start", "attack_end", "patience"))
    last = max(point[0] for points in series.values() for point in points) + 1
    x = Axis(0, max(last, end), LEFT, WIDTH - RIGHT)
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(max(values), min(values) * 1.01)))
    y = Axis(low, high, HEIGHT - BOTTOM, TOP, logarithmic=True)
    parts = [rectangle(x.place(start), TOP, x.place(end) - x.place(start), HEIGHT - BOTTOM - TOP, "attack"),
             text((x.place(start) + x.place(end)) / 2, TOP + 16, f"{rows[0]['guesses']} wrong passwords a second", "note middle")]
    decade = low
    while decade <= high * 1.001:
        place = y.place(min(decade, high))
        parts += [line(LEFT, place, WIDTH - RIGHT, place, "grid"), text(LEFT - 8, place + 4, duration(decade), "note end")]
        decade *= 10
    for second in range(0, x.high + 1, 5):
        parts.append(text(x.place(second), HEIGHT - BOTTOM + 16, str(second), "note middle"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 32, "time of the login, in seconds", "note middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(text(18, middle, "time to the answer", "note middle", f' transform="rotate(-90 18 {number(middle)})"'))
    for name, points in series.items():
        for kind, place in (("worst", 2), ("median", 1)):
            path, before = "", None
            for point in sorted(points):
                # Where a second is missing, the line is broken.
                path += "L" if before == point[0] - 1 else "M"
                path += f"{number(x.place(point[0] + 0.5))} {number(y.place(point[place]))}"
                before = point[0]
            if path:
                parts.append(f'<path d="{path}" class="line {kind} {name}"/>')
    parts += legend([(f"line {kind} {name}", f"{NAMES[name]}, {kind}") for name in series for kind in ("median", "worst")], 16, 78)
    subtitle = (f"{rows[0]['logins']} good logins a second, median and worst of each second; PAM with pam_unix, both with defaults; "
                f"a client waits {patience} s, no longer")
    return picture("Logins while passwords are guessed", subtitle, parts, machine)


def ticks(most):
    """The steps of a linear axis, the last of which is not below `most`."""
    step = 10 ** math.floor(math.log10(most))
    step = next(step * factor for factor in (0.2, 0.5, 1, 2) if most / (step * factor) <= 6)
    return [step * count for count in range(math.ceil(most / step) + 1)]


def throughput(rows, machine):
    """Answers per second: `rows` have kind, daemon, at_a_time and per_second."""
    values = {(row["kind"], row["daemon"], int(row["at_a_time"])): float(row["per_second"]) for row in rows}
    if not values or not all(math.isfinite(value) and value > 0 for value in values.values()):
        raise ValueError("there are no rates, or some that are none")
    levels = sorted({level for _, _, level in values})
    steps = ticks(max(values.values()))
    y = Axis(0, steps[-1], HEIGHT - BOTTOM, TOP)
    parts = []
    for step in steps:
        parts += [line(LEFT, y.place(step), WIDTH - RIGHT, y.place(step), "grid"),
                  text(LEFT - 8, y.place(step) + 4, f"{step:,.0f}", "note end")]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(text(18, middle, "answers per second", "note middle", f' transform="rotate(-90 18 {number(middle)})"'))
    kinds = [kind for kind in ("sasldb", "cached") if any(key[0] == kind for key in values)]
    groups = [(kind, level) for kind in kinds for level in levels]
    width = (WIDTH - RIGHT - LEFT) / len(groups)
    for place, (kind, level) in enumerate(groups):
        left = LEFT + place * width
        for side, name in enumerate(("cyrus", "ours")):
            value = values.get((kind, name, level))
            if value is None:
                continue
            bar = left + width * (0.14 + 0.37 * side)
            parts += [rectangle(bar, y.place(value), width * 0.35, y.place(0) - y.place(value), f"bar {name}"),
                      text(bar + width * 0.175, y.place(value) - 4, f"{value:,.0f}", "note middle")]
        parts.append(text(left + width / 2, HEIGHT - BOTTOM + 16, f"{level} at a time", "note middle"))
    for place, kind in enumerate(kinds):
        name = {"sasldb": "sasldb", "cached": "sasldb, all from the cache (-c)"}[kind]
        across = LEFT + (place + 0.5) * len(levels) * width
        parts.append(text(across, HEIGHT - BOTTOM + 34, name, "middle"))
    parts += legend([(f"bar {name}", NAMES[name]) for name in ("cyrus", "ours") if any(key[1] == name for key in values)], 16, 78)
    return picture("Logins a second", "Clients that ask again as soon as they are answered, each time on a new connection; median of several runs",
                   parts, machine)


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first(path, begin, default):
    try:
        with open(path, encoding="utf-8") as file:
            return next(row.split(":" if ":" in row else "=", 1)[1].strip().strip('"') for row in file if row.startswith(begin))
    except (OSError, StopIteration):
        return default


def package(name):
    """The version of a Debian package."""
    query = ["dpkg-query", "--show", "--showformat=${Version}", name]
    result = subprocess.run(query, capture_output=True, text=True) if shutil.which(query[0]) else None
    return f"{result.stdout} (Debian)" if result and result.returncode == 0 and result.stdout else UNKNOWN


def machine(programs):
    """The machine and the versions of the measurement."""
    memory = int(first("/proc/meminfo", "MemTotal", "0 kB").split()[0]) / 1024 / 1024
    daemon = f"{programs}/saslauthd"
    version = subprocess.run([daemon, "-v"], capture_output=True, text=True) if os.path.exists(daemon) else None
    words = (version.stdout + version.stderr).split() if version else []
    swift = shutil.which(os.environ.get("SWIFT", "swift"))
    toolchain = subprocess.run([swift, "--version"], capture_output=True, text=True).stdout if swift else ""
    compiler = re.search(r"Swift version (\S+)", toolchain)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "cpu": first("/proc/cpuinfo", "model name", "an unknown processor"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{memory:.0f} GB",
        "system": f"{first('/etc/os-release', 'PRETTY_NAME', 'Linux')}, Linux {re.match('[0-9.]*', os.uname().release)[0]}",
        "load": round(os.getloadavg()[0], 1),
        "ours": next((word for word in words if word[:1].isdigit()), UNKNOWN),
        "swift": compiler[1] if compiler else UNKNOWN,
        "cyrus": package("sasl2-bin"),
        "dovecot": package("dovecot-core"),
        "slapd": package("slapd"),
        "mariadb": package("mariadb-server"),
        "amounts": ", ".join(f"{name}={os.environ[name]}" for name in AMOUNTS if os.environ.get(name)) or "none",
    }


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "machine":
        with open(os.path.join(sys.argv[2], "machine.json"), "w", encoding="utf-8") as file:
            json.dump(machine(sys.argv[3]), file, indent=2)
            file.write("\n")
    elif len(sys.argv) == 3 and sys.argv[1] == "draw":
        folder = sys.argv[2]
        with open(os.path.join(folder, "machine.json"), encoding="utf-8") as file:
            known = json.load(file)
        for name, draw in (("attack", attack), ("throughput", throughput)):
            figures = os.path.join(folder, f"{name}.csv")
            if os.path.exists(figures):
                with open(os.path.join(folder, f"{name}.svg"), "w", encoding="utf-8") as file:
                    file.write(draw(read_rows(figures), known))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
