import Testing

@testable import Master

private func words(_ text: String) throws -> [String] {
    try SettingsFile("/etc/default/saslauthd", holding: Array(text.utf8)).words
}

private func complaint(_ text: String) -> String? {
    do throws(Settings.UsageError) {
        _ = try SettingsFile("/f", holding: Array(text.utf8))
        return nil
    } catch {
        return error.message
    }
}

@Suite struct SettingsFileTests {
    @Test func `Debian's file becomes words`() throws {
        let text = """
            #
            # Settings for saslauthd daemon
            START=yes
            DESC="SASL Authentication Daemon"
            NAME="saslauthd"
            # Example: MECHANISMS="pam"
            MECHANISMS="mysql"
            MECH_OPTIONS="user=mail db=mail"
            THREADS=5
            OPTIONS="-c -m /var/run/saslauthd"
            """
        let expected = ["-a", "mysql", "-O", "user=mail db=mail", "-n", "5", "-c", "-m", "/var/run/saslauthd"]
        #expect(try words(text) == expected)
        #expect(
            try words("MECHANISMS=pam\nMECH_OPTIONS=\"\"\nTHREADS=\nPARAMS=\"-m /a\"") == ["-a", "pam", "-m", "/a"]
        )
    }

    @Test func `Red Hat's file becomes words`() throws {
        let text = """
            # Directory in which to place saslauthd's listening socket, pid file, and so
            # on.  This directory must already exist.
            SOCKETDIR=/run/saslauthd

            # Mechanism to use when checking passwords.
            MECH=pam

            # Additional flags to pass to saslauthd on the command line.
            FLAGS=
            """
        #expect(try words(text) == ["-m", "/run/saslauthd", "-a", "pam"])
        #expect(try words("FLAGS='-c -n 3'\nMECH=pam # a comment\n") == ["-a", "pam", "-c", "-n", "3"])
    }

    @Test
    func `each mechanism has a letter of its own, the last assignment counts, other names are known to be others`()
        throws
    {
        #expect(try words("MECHANISMS=\"pam shadow\"") == ["-a", "pam", "-a", "shadow"])
        #expect(try words("MECHANISMS=pam; export MECHANISMS=shadow OTHER=1") == ["-a", "shadow"])
        let file = try SettingsFile("/f", holding: Array("B=1\nMECH=pam\nNAME=x\nA=2\nB=3".utf8))
        #expect(file.ignored == ["A", "B"])
    }

    @Test func `quotes and backslashes are the shell's`() throws {
        let texts = [
            #"MECH_OPTIONS='a $b `c` "d" \ #e'"#, #"MECH_OPTIONS="a \$b \`c\` \"d\" \ \\ #e""#,
            #"MECH_OPTIONS=a\ \$b'c "'"'"\\"#, "MECH_OPTIONS=a#b # c", "MECH_OPTIONS=\"a \\\n  b\"",
            #"MECH_OPTIONS="5$ or $/""#,
        ]
        #expect(
            try texts.map { try words($0).last } == [
                #"a $b `c` "d" \ #e"#, #"a $b `c` "d" \ \ #e"#, #"a $bc "'\"#, "a#b", "a   b", "5$ or $/",
            ]
        )
    }

    @Test func `any number of exports stands before an assignment`() throws {
        #expect(try words(String(repeating: "export ", count: 100_000) + "MECH=pam") == ["-a", "pam"])
    }

    @Test(arguments: [
        ("A=1\nMECH_OPTIONS=\"pass$word\"\n", "/f:2: variables and commands ($) are not expanded; "),
        ("MECH=`cat mech`", "/f:1: variables and commands (`) are not expanded; "),
        ("MECH=$(cat mech)", "/f:1: variables and commands ($) are not expanded; "),
        ("MECH=$'pam'", "/f:1: variables and commands ($) are not expanded; "),
        ("\n\nMECH=\"pam\nFLAGS=x", "/f:3: the quote \" that begins here has no end"),
        ("MECH='pam", "/f:1: the quote ' that begins here has no end"),
        ("MECH=pam; run this", "/f:1: only assignments such as MECHANISMS=\"pam\" can stand here"),
        ("if true; then MECH=pam; fi", "/f:1: only assignments such as MECHANISMS=\"pam\" can stand here"),
        ("MECH = pam", "/f:1: only assignments such as MECHANISMS=\"pam\" can stand here"),
        ("MECH=pam&", "/f:1: & is more than an assignment; put it in quotes"),
        ("\nOPTIONS=\"-c --settings /g\"", "/f:2: OPTIONS: --settings has its place on the command line"),
    ])
    func `what a shell would do more is refused with its line`(text: String, message: String) {
        let complaint = complaint(text)
        #expect(complaint?.hasPrefix(message) == true, "\(complaint ?? "none")")
    }
}
