#!/usr/bin/python3
"""Checks the Grafana dashboard, the alert rules and their tests against each other, a daemon's metrics and the manual.

Arguments: the dashboard, the rules, the tests of the rules, the text of the figures, the folder of the manual's pages, and a file to
write: the dashboard's expressions, as rules for promtool. Prints each fault.
"""
import json
import os
import re
import sys

dashboard_file, rules_file, tests_file, figures_file, manual, expressions_file = sys.argv[1:]
faults = []


def check(fact, fault):
    if not fact:
        faults.append(fault)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# The daemon's metrics: their names, and the labels of each.
figures = {}
for line in read(figures_file).splitlines():
    match = re.fullmatch(r"(saslauthd_\w+)(?:\{(.*)\})? \S+", line)
    if match:
        labels = re.findall(r'(\w+)="', match[2] or "")
        figures.setdefault(match[1], set()).update(labels)
check(len(figures) > 20, f"there are few figures: {sorted(figures)}")


def check_names(text, where):
    for name in re.findall(r"saslauthd_\w+", text):
        check(name in figures, f"{where}: there is no {name}")
    # The labels in selections and groupings.
    for name, selection in re.findall(r"(saslauthd_\w+)\{([^}]*)\}", text):
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selection):
            check(label in figures.get(name, set()) | {"job", "instance"}, f"{where}: {name} has no label {label}")
    known = set().union(*figures.values()) | {"job", "instance"}
    for labels in re.findall(r"(?:by|without|ignoring|on)\s*\(([^)]*)\)", text):
        for label in re.split(r"\s*,\s*", labels.strip()):
            check(label in known, f"{where}: there is no label {label}")


# The rules.
rules = read(rules_file)
alerts = {block.split("\n")[0]: block for block in rules.split("- alert: ")[1:]}
check(len(alerts) >= 8, "there are few alerts")
tests = read(tests_file)
for name, block in alerts.items():
    expression = re.search(r"expr: (?:>-\n)?(.*?)\n\s+(?:for|labels):", block, re.DOTALL)[1]
    check_names(expression, name)
    for key in ("severity", "summary", "description", "manual"):
        check(re.search(rf"^\s+{key}: \S", block, re.MULTILINE), f"{name} has no {key}")
    page, section, heading = re.search(r'manual: "([\w-]+)\((\d)\), (.*)"', block).groups()
    path = os.path.join(manual, f"{page}.{section}")
    lines = read(path).splitlines() if os.path.exists(path) else []
    check(f".Sh {heading}" in lines or f".Ss {heading}" in lines, f"{name}: {page}({section}) has no section {heading}")
    cases = re.findall(rf"alertname: {name}\n\s+exp_alerts:(.*)", tests)
    check("" in cases and " []" in cases, f"{name} has no test in which it fires, or none in which it does not")
for name in re.findall(r"alertname: (\w+)", tests):
    check(name in alerts, f"the tests know an alert that there is not: {name}")

# The dashboard.
dashboard = json.loads(read(dashboard_file))
panels = dashboard["panels"]
check(len({panel["id"] for panel in panels}) == len(panels), "two panels have the same number")
taken, expressions, used = {}, [], set()
for panel in panels:
    title, place = panel["title"], panel["gridPos"]
    check(0 <= place["x"] and place["x"] + place["w"] <= 24 and place["h"] > 0 and place["w"] > 0, f"{title} has no place")
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            check((x, y) not in taken, f"{title} lies over {taken.get((x, y))}")
            taken[x, y] = title
    if panel["type"] == "row":
        continue
    check(panel.get("description"), f"{title} has no description")
    unit = panel["fieldConfig"]["defaults"].get("unit")
    check(unit in ("none", "s", "reqps", "percentunit"), f"{title} has no unit")
    check(panel["targets"], f"{title} asks for nothing")
    for target in panel["targets"]:
        expressions.append((title, target["expr"]))
        check(target["legendFormat"], f"{title}: a series has no name")
        is_rate = re.match(r"sum(?: by \([^)]*\))? ?\(rate\(", target["expr"]) and " / " not in target["expr"]
        check((unit == "reqps") == bool(is_rate), f"{title}: the unit is not that of the expression")
for variable in dashboard["templating"]["list"]:
    for name in re.findall(r"saslauthd_\w+", str(variable["query"])):
        check(name in figures, f"the variable {variable['name']}: there is no {name}")
for annotation in dashboard["annotations"]["list"]:
    expressions.append((annotation["name"], annotation["expr"]))
for title, expression in expressions:
    check_names(expression, title)
    used |= set(re.findall(r"saslauthd_\w+", expression))
    for variable in re.findall(r"\$(\w+)", expression):
        known = {item["name"] for item in dashboard["templating"]["list"]} | {"__rate_interval"}
        check(variable in known, f"{title}: there is no variable {variable}")
missing = set(figures) - used - {"saslauthd_build_info"}
check(not missing, f"figures that the dashboard does not show: {sorted(missing)}")

with open(expressions_file, "w", encoding="utf-8") as file:
    file.write("groups:\n  - name: dashboard\n    rules:\n")
    for number, (title, expression) in enumerate(expressions):
        text = expression.replace("$__rate_interval", "5m")
        file.write(f"      - record: dashboard:{number}\n        expr: {json.dumps(text)}\n")

for fault in faults:
    print(fault)
sys.exit(bool(faults))
