import TestSupport
import Testing

/// What bash completes of the programs' options, by the scripts that `make install` installs.
@Suite struct CompletionTests {
    private func script(_ program: String, _ shell: String) throws -> String {
        let result = try Command(Programs.path(program), "--generate-completion-script", shell).run()
        #expect(result.status == 0 && result.complaints.isEmpty, "\(result)")
        return result.output
    }

    @Test(arguments: [
        ("saslauthd", ["--max-f"], ["--max-field"]),
        ("saslauthd", ["-a", "sh"], ["shadow"]),
        ("saslauthctl", ["fl"], ["flush"]),
        ("saslauthctl", ["status", "--pro"], ["--prometheus"]),
        ("saslauthctl", ["to"], ["top"]),
        ("saslauthctl", ["top", "--inter"], ["--interval"]),
        ("testsaslauthd", ["--conc"], ["--concurrency"]),
        ("testsaslauthd", ["--dovecot", "/etc/passw"], ["/etc/passwd", "/etc/passwd-"]),
        ("testsaslauthd", ["--mechanism", "L"], ["LOGIN"]),
        ("testsaslauthd", ["--mechanism", "S"], ["SCRAM-SHA-1", "SCRAM-SHA-256"]),
        ("testsaslauthd", ["--connection", "k"], ["kept"]),
        ("testsaslauthd", ["-u", "alice", "-f", "/etc/passw"], ["/etc/passwd", "/etc/passwd-"]),
        ("saslpasswd2", ["-c", "-f", "/etc/host.con"], ["/etc/host.conf"]),
        ("sasldblistusers2", ["-f", "/etc/host.con"], ["/etc/host.conf"]),
    ])
    func `bash completes options, values and commands of each program`(
        program: String,
        words: [String],
        expected: [String]
    ) throws {
        let completion = """
            source /dev/stdin <<<"$0" 2>/dev/null
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
            "_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let arguments = ["-c", completion, try script(program, "bash"), program] + words
        let result = try Command("/bin/bash", arguments).run()
        #expect(result.status == 0, "\(result.complaints)")
        let found = result.output.split(separator: "\n").map(String.init)
        #expect(!found.isEmpty && Set(expected).isSuperset(of: found), "\(found)")
    }

    @Test(arguments: ["saslauthd", "saslauthctl", "testsaslauthd", "saslpasswd2", "sasldblistusers2"])
    func `zsh and fish have scripts, too`(program: String) throws {
        #expect(try script(program, "zsh").hasPrefix("#compdef \(program)\n"))
        #expect(
            try script(program, "fish").contains("complete -c '\(program)'")
                || script(program, "fish").contains("complete -c \(program) ")
        )
    }
}
