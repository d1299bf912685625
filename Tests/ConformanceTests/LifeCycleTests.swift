import Foundation
import TestSupport
import Testing

/// What the files and exit codes of a daemon are, seen by a script that is the same for both makes.
@Suite struct LifeCycleTests {
    let folder: TemporaryFolder
    let database: String

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        database = try exampleDatabase(in: folder)
    }

    /// What a shell script prints that has the daemon's command line in `$*` and its run directory in `$RUN`.
    func script(_ make: Daemon.Make, _ text: String) throws -> String {
        let run = folder.path("run-\(make)")
        let prelude = """
            RUN=\(run)
            pid() { cat $RUN/saslauthd.pid; }
            ask() { /usr/sbin/testsaslauthd -u alice -p secret -r example.org -f $RUN/mux 2>&1; }
            files() { (cd $RUN && for f in *; do [ -e "$f" ] && stat -c '%n %a %F' "$f"; done | sort); }
            up() { for i in $(seq 6000); do [ "$(ask)" = '0: OK "Success."' ] && return; sleep 0.01; done; echo never up; }
            gone() { for i in $(seq 6000); do kill -0 $1 2>/dev/null || return; sleep 0.01; done; echo never gone; }

            """
        let command =
            switch make {
            case .ours: [Programs.path("saslauthd"), "-a", "sasldb", "-O", database, "-m", run]
            case .reference: [Daemon.reference, "-a", "sasldb", "-m", run]
            }
        let shell = ["sh", "-c", prelude + text, "sh"] + command
        let etc = try PrivateEtc(sasldb: database)
        let wrapped = make == .ours ? shell : etc.wrapper + shell
        return try Command("/usr/bin/env", wrapped).run().output
    }

    @Test(arguments: Daemon.Make.available)
    func `a daemon leaves its socket and its pid, and takes them with it`(make: Daemon.Make) throws {
        let output = try script(
            make,
            """
            umask 022; "$@" 2>&1; echo "exit $?"; up
            stat -c %a $RUN
            files | grep -v -e accept -e control
            cat /proc/$(pid)/comm
            readlink /proc/$(pid)/cwd | sed "s|^$RUN$|its run directory|"
            test "$(cut -d' ' -f6 /proc/$(pid)/stat)" = $(pid) && echo "its own session"
            grep -c . $RUN/saslauthd.pid
            P=$(pid); kill -HUP $P; ask
            kill -TERM $P; gone $P; files; echo end
            """
        )
        #expect(
            output == """
                exit 0
                755
                mux 777 socket
                saslauthd.pid 600 regular file
                saslauthd
                its run directory
                its own session
                1
                0: OK "Success."
                end

                """
        )
    }

    @Test(arguments: Daemon.Make.available)
    func `a second daemon on the same directory ends with 2 and says why, and the first goes on`(
        make: Daemon.Make
    ) throws {
        let output = try script(
            make,
            """
            "$@" 2>/dev/null; up
            "$@" 2>$RUN/../second; echo "exit $?"
            grep -c 'Another instance of saslauthd is currently running' $RUN/../second
            grep -o "It is process $(pid): stop it" $RUN/../second | sed 's/[0-9]\\{1,\\}/N/'
            ask; P=$(pid); kill -TERM $P; gone $P
            """
        )
        let process = make == .ours ? "It is process N: stop it\n" : ""
        #expect(output == "exit 2\n1\n\(process)0: OK \"Success.\"\n")
    }

    @Test func `a daemon beside one in the foreground ends with 2, where the original takes its socket`() throws {
        let output = try script(
            .ours,
            """
            "$@" -d 2>/dev/null & P=$!; up
            "$@" 2>/dev/null; echo "exit $?"
            "$@" -d 2>/dev/null; echo "exit $?"
            ask; kill -TERM $P; gone $P
            """
        )
        #expect(output == "exit 2\nexit 2\n0: OK \"Success.\"\n")
    }

    @Test func `after kill -9 of the master a new one serves at once`() throws {
        let output = try script(
            .ours,
            """
            "$@" 2>/dev/null; kill -9 $(pid)
            "$@" 2>/dev/null; echo "exit $?"; ask
            P=$(pid); kill -TERM $P; gone $P
            """
        )
        #expect(output == "exit 0\n0: OK \"Success.\"\n")
    }

    @Test func `a daemon that is told to end before it answers is no success`() throws {
        let program = Programs.path("saslauthd-mute")
        try "#!/bin/sh\nexec sleep 1000\n".write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let output = try script(
            .ours,
            """
            "$1" -a mute -m $RUN 2>/dev/null & P=$!
            while ! [ -S $RUN/mux ]; do kill -0 $P || exit; sleep 0.01; done
            kill -TERM $(pid); wait $P; echo "exit $?"; files
            """
        )
        #expect(output == "exit 1\n")
    }

    @Test func `what need not be root and is nobody's is warned of, and no process writes a core file`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        for process in [daemon.pid] + daemon.children {
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            #expect(
                limits.split(separator: "\n").contains { line in
                    line.hasPrefix("Max core file size")
                        && line.split(separator: " ").dropFirst(4).starts(with: ["0", "0"])
                },
                "\(process)"
            )
        }
        guard geteuid() == 0 else { return }
        let other = try Daemon.scripted("--user", "nobody")
        #expect(other.wait { other.log.contains("unprivileged processes run as nobody") })
        let own = try Daemon.scripted("--user", "daemon")
        #expect(own.wait { own.log.contains("master pid is: ") })
        #expect(!own.log.contains("unprivileged processes run as"))
    }

    @Test func `a relative path of settings and mechanisms is that of the start, at a reload too`() throws {
        try "FLAGS=--mechanism-directory=lib".write(toFile: folder.path("default"), atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("lib"),
            withDestinationPath: Programs.directory
        )
        let daemon = try Daemon.started(
            by: ["sh", "-c", "cd '\(folder.url.path)' && exec \"$@\"", "sh"],
            "--settings",
            "-default"
        )
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(daemon.reload())
        #expect(!daemon.log.contains("reload failed"))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    @Test func `when the first process ends the daemon answers`() throws {
        let output = try script(
            .ours,
            """
            "$@" 2>/dev/null; ask; P=$(pid); kill -TERM $P; gone $P
            """
        )
        #expect(output == "0: OK \"Success.\"\n")
    }

    @Test func `one daemon serves many run directories`() throws {
        let output = try script(
            .ours,
            """
            for i in $(seq 30); do set -- "$@" -m $RUN/../many$i; done
            "$@" 2>&1; for i in $(seq 30); do RUN=$(dirname $RUN)/many$i; ask; done | sort | uniq -c | sed 's/^ *//'
            kill -TERM $(cat $(dirname $RUN)/many30/saslauthd.pid)
            """
        )
        #expect(output == "30 0: OK \"Success.\"\n")
    }

    @Test func `one daemon serves several run directories`() throws {
        let output = try script(
            .ours,
            """
            "$@" -m $RUN/../other/ 2>/dev/null; ask; P=$(pid)
            RUN=$RUN/../other; ask; test $(pid) = $P && echo same; kill -TERM $P; gone $P; files
            """
        )
        #expect(output == "0: OK \"Success.\"\n0: OK \"Success.\"\nsame\n")
    }

    @Test(arguments: [
        (["-h"], 0, 0, "usage: saslauthd [options]"),
        (["-v"], 0, 0, "authentication mechanisms: "),
        ([], 0, 1, "no authentication mechanism specified"),
        (["-a", "nonesuch"], 1, 1, "unknown authentication mechanism: nonesuch"),
        (["-a", "SASLDB", "-m", "relative"], 1, 1, "-m requires an absolute pathname"),
        (["-a", "sasldb", "-m", "/nonexistent/directory"], 1, 1, "can not mkdir: /nonexistent/directory"),
        (["-H"], 0, 1, "usage:"),
        (["-a", "sasldb", "-n"], 0, 1, "usage:"),
        (["-a", "sasldb:user=x"], 1, 1, "sasldb:user=x"),
        (["-a", "sasldb", "-c", "-s", "0"], 1, 1, "cache size must be positive and non zero"),
        (["-a", "sasldb", "-c", "-t", "0"], 1, 1, "cache timeout must be positive"),
        (["-a", "sasldb", "-m", "/tmp/" + String(repeating: "x", count: 120)], 0, 1, "too long"),
    ])
    func `a command line that asks for no daemon is answered on standard error`(
        arguments: [String],
        reference: Int32,
        ours: Int32,
        text: String
    ) throws {
        let result = try Command(Programs.path("saslauthd"), arguments).run()
        #expect(result.status == ours)
        #expect(result.output == "")
        #expect(result.complaints.contains(text))
        // The last two are not for the original to try: it would start.
        guard !arguments.contains("-s"), !arguments.contains("-t"), arguments.last?.hasSuffix("xxx") != true else {
            return
        }
        let original = try Command(Daemon.reference, arguments).run()
        #expect(original.status == reference)
        #expect(original.complaints.contains(text))
    }

    @Test func `a password after -O is taken out of the list of processes, and warned of`() throws {
        let output = try script(
            .ours,
            """
            "$1" -a scripted -m $RUN -O 'user=u passwd=hidden-word crypt=1' 2>&1 | sed 's/^[^:]*://'
            tr '\\0' ' ' </proc/$(pid)/cmdline | sed 's/.*-O/-O/; s/ *$//'; echo
            P=$(pid); kill $P; gone $P
            """
        )
        #expect(
            output == """
                -O contains a password, which others can see while saslauthd starts; put it in a file instead
                -O user=u passwd=xxxxxxxxxxxxxxxxxxx

                """
        )
    }

    @Test func `names of functions and successes are in the log where they are asked for`() throws {
        let output = try script(
            .ours,
            """
            "$@" -f --log-prefix do_auth --log-success 2>$RUN.log & up
            /usr/sbin/testsaslauthd -u bob -p wrong -f $RUN/mux >/dev/null 2>&1
            P=$!; kill $P; wait $P
            sed -n 's/^saslauthd\\[[0-9]*\\] ://p' $RUN.log | sed 's/[0-9][0-9]*$/N/; s/ \\[peer=.*//' | grep -v ^libsasl2 | grep -v -e ^account -e "run as nobody" | sort -u
            """
        )
        #expect(
            output == """
                detach_tty      : master pid is: N
                do_auth         : auth failure: [user=bob] [service=imap] [realm=] [mech=sasldb] [reason=Unknown]
                do_auth         : auth success: [user=alice] [service=imap] [realm=example.org] [mech=sasldb]
                ipc_init        : listening on socket: \(folder.path("run-ours"))/mux
                server_exit     : master exited: N

                """
        )
    }
}
