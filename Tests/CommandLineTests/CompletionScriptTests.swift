import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// What shells complete of the daemon's options.
@Suite struct CompletionScriptTests {
    /// What bash completes the last of some words to.
    private func completions(_ words: String...) throws -> [String] {
        let script = """
            source /dev/stdin <<<"$0"
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _saslauthd
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try Command("/bin/bash", ["-c", script, CompletionScript.text(for: .bash), "saslauthd"] + words)
            .run()
        #expect(result.status == 0 && result.complaints.isEmpty, "\(result)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test func `bash completes names, and the values that there are`() throws {
        #expect(try completions("--max-f") == ["--max-field"])
        #expect(try completions("-a", "p") == ["pam", "pop3"])
        #expect(try completions("-c", "--log", "") == ["journal", "stderr", "syslog"])
        #expect(try completions("--log", "=") == ["journal", "stderr", "syslog"])
        #expect(try completions("--log", "=", "s") == ["stderr", "syslog"])
        #expect(try completions("--user", "roo").contains("root"))
        #expect(try completions("-m", "/et") == ["/etc"])
        #expect(try completions("--timeout", "").isEmpty)
    }

    @Test func `bash completes nothing to every option that is shown`() throws {
        #expect(try completions("") == OptionTable.rows.filter { !$0.isHidden }.map(\.name))
        #expect(try completions("--generate").isEmpty)
    }

    @Test(arguments: CompletionShell.allCases)
    func `each option has its line in the script of each shell, which the shell understands`(
        shell: CompletionShell
    ) throws {
        let text = CompletionScript.text(for: shell)
        for row in OptionTable.rows where !row.isHidden {
            #expect(text.contains(shell == .fish ? " \(row.bareName) " : row.name), "\(row.name)")
        }
        let check = try Command("/usr/bin/env", shell.rawValue, "-n", "-c", text).run()
        #expect(check.status == 0, "\(check.complaints)")
    }

    @Test func `fish completes names, and the values that there are`() throws {
        let folder = try TemporaryFolder()
        try CompletionScript.text(for: .fish).write(toFile: folder.path("f"), atomically: true, encoding: .utf8)
        let lines = ["--max-f", "-a p", "--log ", "--timeout "].map { "echo; complete -C 'saslauthd \($0)'" }
        let command = (["source \(folder.path("f"))"] + lines).joined(separator: "\n")
        let result = try Command("/usr/bin/env", "HOME=\(folder.url.path)", "fish", "--private", "-c", command).run()
        let words = result.output.split(separator: "\n").map { $0.split(separator: "\t")[0] }
        #expect(words == ["--max-field", "pam", "pop3", "journal", "stderr", "syslog"], "\(result)")
    }

    @Test func `zsh completes names, and the values that there are`() throws {
        let folder = try TemporaryFolder()
        let text = CompletionScript.text(for: .zsh)
        try text.write(toFile: folder.path("_saslauthd"), atomically: true, encoding: .utf8)
        let script = #filePath.replacing("CompletionScriptTests.swift", with: "complete.zsh")
        let words = ["--max-f", "-a pop", "--log j", "--user roo", "-m /et"]
        let result = try Command("/usr/bin/env", ["zsh", "-f", script, folder.url.path] + words).run()
        let lines = ["--max-field", "-a|pop3", "--log|journal", "--user|root", "-m|/etc"]
        #expect(result.output.split(separator: "\n").map(String.init) == lines, "\(result)")
    }

    @Test func `a shell is named in the command line that prints its script`() throws {
        guard case .completion(.zsh) = try Settings.request(["\(OptionTable.all.completionShell.row.name)=zsh"]) else {
            return #expect(Bool(false))
        }
        #expect(throws: UsageError.self) { try Settings.request([OptionTable.all.completionShell.row.name, "tcsh"]) }
    }
}
