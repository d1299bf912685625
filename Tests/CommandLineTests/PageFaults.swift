import Foundation
import RegexBuilder
import TestSupport

/// What is wrong with a page of man/ as a reader sees it.
struct PageFaults {
    /// The options that may be named, dashes included.
    let options: Set<String>
    /// The files that may be named.
    let files: Set<String>
    /// The pages that there are, `saslauthd.8`.
    let pages: Set<String>

    private static let width = 80

    /// Words for options of other programs.
    private static let foreignOptions: Set<String> = ["-ERR", "-bV", "--add"]

    /// Names of macros that are no English words.
    private static let macros = Set(
        """
        Ac Ad Ao Ap Aq Ar Bc Bd Bl Bo Bq Brc Bro Brq Cd Cm Dc Dl Dq Dv Ec Ed El Em Eo Er Ev Fl Fn Ft Ic Li Ms Nd Nm Ns Oc Oo Op Pa Pc Pf \
        Po Pp Pq Qc Ql Qo Qq Rv Sc Sh Sq Ss Sx Sy Ta Va Vt Xc Xo Xr
        """.split(separator: " ").map(String.init)
    )

    /// All faults, in words.
    func all(in page: ManualPage) throws -> [String] {
        var faults = sourceFaults(page)
        for formatter in ManualPage.Formatter.allCases {
            faults += try page.lines(by: formatter).flatMap(Self.lineFaults).map { "\(formatter): \($0)" }
            faults += try page.prose(by: formatter).flatMap(proseFaults).map { "\(formatter): \($0)" }
        }
        return faults
    }

    private static func lineFaults(_ line: String) -> [String] {
        var faults: [String] = []
        if line.count > width { faults.append("wider than \(width) columns: \(line)") }
        if line.contains(#/\\(?:\(|\[|&|\*|f[BIPR]\b|e\b)/#) { faults.append("an escape: \(line)") }
        return faults
    }

    private func proseFaults(_ paragraph: String) -> [String] {
        var faults: [String] = []
        if !Self.isBalanced(paragraph) { faults.append("quotes or brackets: \(paragraph)") }
        let words = paragraph.split(separator: " ").map { $0.trimmingCharacters(in: .punctuationCharacters) }
        if let macro = words.first(where: Self.macros.contains) { faults.append("the macro \(macro): \(paragraph)") }
        if paragraph.contains(#/[a-z,] No (?:and|but|in|or) /#) { faults.append("the macro No: \(paragraph)") }
        if paragraph.contains(#/[,;][,;.]|\w\.[,;]|(?:^|[^.])[.]{2}(?:[^.\/]|$)|\S [,;.](?:\s|$)/#) {
            faults.append("punctuation: \(paragraph)")
        }
        for match in paragraph.matches(of: #/(?:^|[\s(\[‘“|])(--?[A-Za-z][\w\-]*)/#) {
            let word = String(match.output.1)
            if !isOption(word) { faults.append("no option \(word): \(paragraph)") }
        }
        return faults
    }

    /// Whether a word is an option, letters that are joined, or a letter and a number.
    private func isOption(_ word: String) -> Bool {
        if options.contains(word) || Self.foreignOptions.contains(word) { return true }
        guard !word.hasPrefix("--") else { return false }
        return word.dropFirst().allSatisfy { options.contains("-\($0)") || $0.isNumber }
    }

    /// Whether quotes and brackets are closed in their order, and no quotation stands in another of its kind.
    private static func isBalanced(_ paragraph: String) -> Bool {
        let ends: [Character: Character] = ["“": "”", "(": ")", "[": "]", "{": "}"]
        var open: [Character] = []
        // What is quoted as a character or a command may hold half of a pair.
        let text = paragraph.replacing(#/‘[^’]*’(?!’)/#, with: "").replacing(#/'[^' ]'/#, with: "")
        for character in text {
            if let end = ends[character] {
                if character == "“", open.contains("”") { return false }
                open.append(end)
            } else if ends.values.contains(character), open.popLast() != character {
                return false
            }
        }
        let isQuoted = !text.contains("‘‘") && !text.contains("’’")
        return open.isEmpty && isQuoted && text.count { $0 == "\"" } % 2 == 0
    }

    private func sourceFaults(_ page: ManualPage) -> [String] {
        page.source.split(separator: "\n").flatMap { line -> [String] in
            guard line.hasPrefix("."), !line.hasPrefix(".\\\"") else { return [] }
            let words = line.dropFirst().split(separator: " ").map(String.init)
            var faults: [String] = []
            for (index, word) in words.enumerated() where word == "Xr" && index + 2 < words.count {
                let name = "\(words[index + 1]).\(words[index + 2])"
                if name.contains("sasl"), !pages.contains(name) { faults.append("no page \(name)") }
            }
            // Names that are put together of several words are judged by their beginning.
            for start in words.indices where words[start] == "Pa" && (start == 0 || words[start - 1] != "Ns") {
                let names = words[(start + 1)...].prefix { !["Ns", "No", "Fl", "Op"].contains($0) && $0 != "Ar" }
                faults += names.filter { $0.count > 1 && !files.contains($0) }.map { "no file \($0)" }
            }
            return faults
        }
    }
}
