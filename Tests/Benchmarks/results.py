#!/usr/bin/python3
"""Prints the rows of all benchmarks as one table, and writes them as Markdown.

usage: results.py FOLDER [FILE]

FOLDER contains rows.csv, which the benchmarks write by the functions of rows.sh, and machine.json of pictures.py. FILE is the
Markdown file; without it none is written. Ends with 1 if a row is below its floor, or if there is none.
"""
import csv
import json
import os
import sys
import textwrap

# What each benchmark compares, in the order of the table.
SUBJECTS = {
    "saslauthd": "Logins per second with sasldb, one connection for each, the memory of all processes, and the processor time "
                 "that they need for a login; a loop in C that only answers is the limit of the machine.",
    "hashing": "Logins per second with `shadow` and `pam` (pam_unix), where each password is hashed with yescrypt; a loop in C that "
               "only calls crypt(3), on as many cores as it can use, is the limit.",
    "pam": "How long good logins take with `shadow` and `pam` (pam_unix, yescrypt), when nothing else happens and while wrong "
           "passwords are in flight.",
    "rimap": "Logins at an IMAP server that delays refusals by two seconds: good logins alone, and good and wrong ones together.",
    "mysql": "Logins per second at a table in MariaDB: `mysql` compared with pam_mysql in Cyrus saslauthd.",
    "ldap": "Logins per second at a directory, with a search and a bind for each: slapd on the same machine, and a server that takes "
            "100 ms for each bind.",
    "dovecot": "Logins per second over Dovecot's authentication protocol: `--dovecot` compared with Dovecot's auth process.",
    "startup": "The time from the start of the command until the first login is accepted.",
    "idle": "Logins per second while clients that send nothing hold connections.",
    "guessing": "How long the logins of 50 users take while passwords are guessed 850 times a second, with sasldb.",
    "attack": "How long good logins take while a botnet guesses passwords, both daemons with their defaults and pam_unix; a login "
              "without an answer counts as 20 seconds.",
    "overload": "More logins than the back end can check: verdicts and good logins per second, and how long it takes until a login is "
                "accepted after the load.",
    "shed": "Far more than can be answered, 10,000 connections at once or 20,000 requests a second: how much the largest process "
            "grows, verdicts per second, and how long it takes until a login is accepted after the load.",
    "lockout": "Whether the owner of a login is accepted while its password is guessed 60 times a second, and how long other users "
               "wait.",
    "existence": "Whether the times of refusals tell which users exist: rounds of a statistical test without a difference.",
}
MACHINE = {
    "date": "date", "cpu": "processor", "cores": "cores", "memory": "memory", "system": "system", "load": "load at the start",
    "ours": "swift-saslauthd", "swift": "Swift", "cyrus": "Cyrus saslauthd", "dovecot": "Dovecot", "slapd": "slapd",
    "mariadb": "MariaDB", "amounts": "amounts that were set",
}
# The mark of a row.
HELD = {"yes": "held", "no": "BELOW ITS FLOOR", "none": ""}
HEADS = ("row", "unit", "compared with", "its figure", "ours", "ratio", "floor", "")
EXPLANATION = """\
The figures are medians. The ratio is above 1 if ours is better, also where less is better. Where both sides have the same number of
runs, they take turns, and the ratio is the median of the ratios of pairs. A floor is the least ratio with which a row passes."""
COMMANDS = """\
    make bench           # everything; writes this file and the pictures
    make bench QUICK=1   # only checks that the benchmarks work
    Tests/Benchmarks/all.sh .build/release saslauthd hashing   # some benchmarks"""


def figure(text):
    """At most four digits that matter, and thousands with commas."""
    try:
        value = float(text)
    except ValueError:
        return text
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def ratio(text):
    return "" if text in ("", "-") else f"{float(text):.2f}" if float(text) < 100 else figure(text)


def mark(row):
    return HELD[row["held"]]


def cells(row):
    return (row["row"], row["unit"], row["reference"], figure(row["theirs"]), figure(row["ours"]), ratio(row["ratio"]),
            "" if row["floor"] == "-" else row["floor"], mark(row))


def groups(rows):
    """The rows of each benchmark: known ones in their order, then others."""
    names = list(dict.fromkeys([*SUBJECTS, *(row["benchmark"] for row in rows)]))
    found = {name: [row for row in rows if row["benchmark"] == name] for name in names}
    return {name: group for name, group in found.items() if group}


def table(rows):
    """The whole table as text."""
    lines = [("benchmark", *HEADS)]
    for name, group in groups(rows).items():
        lines += [(name, *cells(row)) for row in group]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    is_number = [False, False, False, False, True, True, True, True, False]
    return "\n".join("  ".join(text.rjust(width) if number else text.ljust(width) for text, width, number in zip(line, widths, is_number))
                     .rstrip() for line in lines)


def markdown(rows, machine):
    """The whole file."""
    def line(texts):
        return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"

    floors = sum(row["floor"] != "-" for row in rows)
    held = sum(row["held"] == "yes" for row in rows)
    missing = [name for name in SUBJECTS if name not in groups(rows)]
    parts = [
        "# Results of the benchmarks", "",
        "\n".join(["| | |", "|---|---|", *(line((title, str(machine[key]))) for key, title in MACHINE.items() if key in machine)]), "",
        COMMANDS, "", EXPLANATION, "",
        f"{held} of {floors} floors are held.",
    ]
    if missing:
        parts[-1] += f" Without rows: {', '.join(missing)}."
    for name, group in groups(rows).items():
        parts += ["", f"## {name}", "", *textwrap.wrap(SUBJECTS.get(name, ""), 132), "", line(HEADS), "|---|---|---|--:|--:|--:|--:|---|"]
        parts += [line(f"**{text}**" if row["held"] == "no" and text == mark(row) else text for text in cells(row)) for row in group]
    return "\n".join(parts) + "\n"


def read(folder):
    with open(os.path.join(folder, "rows.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(os.path.join(folder, "machine.json"), encoding="utf-8") as file:
        return rows, json.load(file)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rows, machine = read(sys.argv[1])
    if not rows or any(row["held"] not in HELD or row["held"] == "none" and row["floor"] != "-" and len(sys.argv) == 3 for row in rows):
        sys.exit("results.py: there are no rows, or some that do not say whether their floor is held")
    print(table(rows))
    if len(sys.argv) == 3:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(markdown(rows, machine))
    below = [row for row in rows if row["held"] == "no"]
    if below:
        print(f"\n{len(below)} of {len(rows)} rows are below their floors")
        sys.exit(1)


if __name__ == "__main__":
    main()
