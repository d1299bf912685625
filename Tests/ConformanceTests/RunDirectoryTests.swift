import Foundation
import Platform
import TestSupport
import Testing

/// The files in a run directory: whose they are, when they go, and when there are none.
@Suite struct RunDirectoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    }

    /// What a shell script prints that has the daemon in `$0` and a folder in `$1`.
    private func script(_ text: String) throws -> String {
        let functions = """
            gone() { while kill -0 $1 2>/dev/null; do sleep 0.01; done; }
            await() { until "$@"; do sleep 0.01; done; }

            """
        return try Command("/bin/sh", "-c", functions + text, Programs.path("saslauthd"), folder.url.path).run().output
    }

    @Test func `a second TERM to a daemon that is leaving takes nothing of its successor`() throws {
        let output = try script(
            """
            serve() { "$0" -a scripted -m $1/run --metrics $1/figures 2>/dev/null; cat $1/run/saslauthd.pid; }
            A=$(serve $1)
            /usr/sbin/testsaslauthd -u hang -p secret -f $1/run/mux >/dev/null & CLIENT=$!
            busy() { $(dirname $0)/saslauthctl status -m $1/run | grep -q ' 1 busy'; }
            await busy $1
            kill $A; await test ! -e $1/run/mux
            B=$(serve $1)
            test $A != $B && kill -0 $A && kill -0 $B && echo successor
            for i in 1 2 3; do kill $A 2>/dev/null; done; gone $A
            ls $1/run; ls $1/figures | sed 's/.*figures/figures/'
            /usr/sbin/testsaslauthd -u alice -p secret -f $1/run/mux
            "$0" -a scripted -m $1/run 2>/dev/null; echo "exit $?"
            wait $CLIENT; kill $B; gone $B; ls $1/run; ls $1/figures 2>/dev/null; echo end
            """
        )
        #expect(
            output == """
                successor
                control
                mux
                saslauthd.pid
                figures
                0: OK "Success."
                exit 2
                end

                """
        )
    }

    @Test(arguments: ["mux", "control"])
    func `a file that is no socket is named and stays`(name: String) throws {
        let run = folder.path("run")
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
        try "text".write(toFile: run + "/" + name, atomically: false, encoding: .utf8)
        let result = try Command(Programs.path("saslauthd"), "-a", "scripted", "-m", run).run()
        #expect(result.status == 1)
        #expect(
            result.complaints.contains("\(run)/\(name): exists and is not a socket"),
            "\(result.complaints)"
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: run) == [name])
        #expect(try String(contentsOfFile: run + "/" + name, encoding: .utf8) == "text")
    }

    @Test func `--metrics takes no file away that is no socket, and the option is named`() throws {
        let (run, file) = (folder.path("run"), folder.path("text"))
        try "text".write(toFile: file, atomically: false, encoding: .utf8)
        let arguments = ["-a", "scripted", "-m", run, "--metrics", file]
        let result = try Command(Programs.path("saslauthd"), arguments).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains("--metrics \(file): exists and is not a socket"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "text")
        #expect(try FileManager.default.contentsOfDirectory(atPath: run).isEmpty)
        let check = try Command(Programs.path("saslauthd"), arguments + ["--check"]).run()
        #expect(check.status == 1)
        #expect(check.output.contains("wrong: --metrics \(file): the file there is not a socket"))
    }

    @Test(
        .enabled(if: geteuid() == 0, "needs root"),
        arguments: [
            ("chown 65534 run", "chown -h root RUN"), ("chmod 0770 run", "chmod go-w RUN"),
            ("chmod 1777 run", "chmod go-w RUN"),
            ("chown 65534:65534 run; chmod 0775 run", "chown -h root RUN && chmod go-w RUN"),
        ]
    )
    func `root serves no directory that others can write to, and says what puts it right`(
        spoil: String,
        cure: String
    ) throws {
        let run = folder.path("run")
        let cure = cure.replacingOccurrences(of: "RUN", with: run)
        try Command("/bin/sh", "-c", "cd \"$0\" && mkdir run && \(spoil)", folder.url.path).run()
        // The sticky bit protects what is below, if not the directory itself.
        for path in spoil.contains("1777") ? [run] : [run, run + "/below"] {
            let result = try Command(Programs.path("saslauthd"), "-a", "scripted", "-m", path).run()
            #expect(result.status == 1)
            #expect(result.complaints.contains("Fix this with \"\(cure)\""), "\(result.complaints)")
            let check = try Command(Programs.path("saslauthd"), "-a", "scripted", "-m", path, "--check").run()
            #expect(check.status == 1)
            #expect(check.output.contains("Fix this with \"\(cure)\""))
        }
        try Command("/bin/sh", "-c", cure).run()
        let output = try script(
            "\"$0\" -a scripted -m $1/run 2>/dev/null; echo \"exit $?\"; P=$(cat $1/run/saslauthd.pid); kill $P; gone $P"
        )
        #expect(output == "exit 0\n")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `an account that is not root serves a directory of its own`() throws {
        let output = try script(
            """
            install -d -o nobody $1/run
            setpriv --reuid nobody --regid nogroup --clear-groups "$0" -a scripted -m $1/run 2>&1; echo "exit $?"
            P=$(cat $1/run/saslauthd.pid); kill $P; gone $P
            """
        )
        #expect(output.hasSuffix("exit 0\n"), "\(output)")
    }

    @Test func `a path that is too long for one of the sockets fails before anything is made`() throws {
        let length = 107 - "/workers.4194304".utf8.count - folder.url.path.utf8.count - 1
        for (name, status) in [
            (String(repeating: "x", count: length), 0), (String(repeating: "x", count: length + 1), 1),
        ] {
            let run = folder.path(name)
            let check = try Command(Programs.path("saslauthd"), "-a", "scripted", "-m", run, "--check").run()
            #expect(check.output.contains("too long") == (status == 1), "\(check.output)")
            let output = try script(
                """
                "$0" -a scripted -m \(run) 2>/dev/null; echo "exit $?"
                [ -e \(run)/saslauthd.pid ] && P=$(cat \(run)/saslauthd.pid) && kill $P && gone $P; ls \(run) 2>/dev/null
                """
            )
            #expect(output == "exit \(status)\n")
            #expect(FileManager.default.fileExists(atPath: run) == (status == 0))
        }
    }

    @Test func `a directory that settings name twice, or by two names, has one socket`() throws {
        let output = try script(
            """
            mkdir $1/real; ln -s real $1/link
            printf 'START=yes\\nPWDIR="%s"\\nPARAMS="-m ${PWDIR}"\\nMECHANISMS="scripted"\\nOPTIONS="-c -m %s"\\n' \
                $1/real/run $1/link/run >$1/default
            "$0" --settings $1/default 2>/dev/null; echo "exit $?"; P=$(cat $1/real/run/saslauthd.pid)
            /usr/sbin/testsaslauthd -u alice -p secret -f $1/link/run/mux
            kill $P; gone $P; ls $1/real/run
            "$0" -a scripted -m $1/link/run/ --settings $1/default 2>/dev/null; echo "exit $?"
            P=$(cat $1/real/run/saslauthd.pid); kill $P; gone $P; ls $1/real/run
            """
        )
        #expect(output == "exit 0\n0: OK \"Success.\"\nexit 0\n")
    }

    @Test func `a start that fails leaves no file`() throws {
        let run = folder.path("run")
        for (option, text) in [("unusable", "it was told so"), ("die", "before it was ready")] {
            let result = try Command(Programs.path("saslauthd"), "-a", "scripted", "-O", option, "-m", run).run()
            #expect(result.status == 1)
            #expect(result.complaints.contains(text))
            #expect(try FileManager.default.contentsOfDirectory(atPath: run).isEmpty)
        }
    }

    @Test(arguments: [
        "-a mysql -O /nonexistent", "-a mysql -O user=x", "-a scripted --metrics 192.0.2.1:1",
    ])
    func `a start that fails for a mechanism's settings leaves no file, and another instance's alone`(
        words: String
    ) throws {
        let output = try script(
            """
            "$0" -a scripted -m $1/other 2>/dev/null; P=$(cat $1/other/saslauthd.pid)
            for mode in "" -f; do
                "$0" $mode -m $1/run \(words) 2>/dev/null; echo "exit $?"; ls $1/run
                "$0" $mode -m $1/run -m $1/other \(words) 2>/dev/null; echo "exit $?"; ls $1/run
            done
            /usr/sbin/testsaslauthd -u alice -p secret -f $1/other/mux; ls $1/other
            kill $P; gone $P
            """
        )
        #expect(
            output == """
                exit 1
                exit 2
                exit 1
                exit 2
                0: OK "Success."
                control
                mux
                saslauthd.pid

                """
        )
    }
}
