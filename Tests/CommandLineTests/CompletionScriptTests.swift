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
        let result = try Command("/usr/bin/env", "sh", "-c", "command -v \(shell.rawValue)").run()
        guard result.status == 0 else { return }
        let check = try Command("/usr/bin/env", shell.rawValue, "-n", "-c", text).run()
        #expect(check.status == 0, "\(check.complaints)")
    }

    @Test func `a shell is named in the command line that prints its script`() throws {
        guard case .completion(.zsh) = try Settings.request(["\(OptionTable.all.completionShell.row.name)=zsh"]) else {
            return #expect(Bool(false))
        }
        #expect(throws: UsageError.self) { try Settings.request([OptionTable.all.completionShell.row.name, "tcsh"]) }
    }
}
