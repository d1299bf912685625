import Testing

@testable import CommandLine

private func words(_ text: String) throws -> [String] {
    try SettingsFile("/etc/default/saslauthd", holding: Array(text.utf8)).words
}

private func complaint(_ text: String) -> String? {
    do throws(UsageError) {
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

    @Test func `variables that the file has set before are put in their places`() throws {
        let text = """
            PWDIR="/var/spool/postfix/var/run/saslauthd"
            PARAMS="-m ${PWDIR}"
            PIDFILE="${PWDIR}/saslauthd.pid"
            MECH=${MECHANISM:-shadow}
            """
        #expect(try words(text) == ["-a", "shadow", "-m", "/var/spool/postfix/var/run/saslauthd"])
        let expected = [
            "A=x\nMECH=$A": "x", "A=x\nMECH='$A'": "$A", "A=x\nMECH=\\$A": "$A", "A=x\nMECH=${A-y}": "x",
            "A=\nMECH=${A-y}${A:-z}": "z", "MECH=${A-\"x\"'y'}": "x'y'", "MECH=${A:=x}\nFLAGS=$A": "x",
            ": ${A:=x}\nMECH=$A": "x", "A=x\nMECH=${A:+y}${B:+z}": "y", "A=x; B=\"$A$A\"\nMECH=$B": "xx",
            "A=x\nA=y\nMECH=$A": "y", "A=x\nMECH=p\nMECH+=$A": "px", "MECH=${A:-${B:-x}}": "x",
        ]
        for (text, value) in expected { #expect(try words(text)[1] == value, "\(text)") }
        // The way of Gentoo's file.
        let gentoo =
            "SASLAUTHD_OPTS=\"\"\nSASLAUTHD_OPTS=\"${SASLAUTHD_OPTS} -a pam\"\nSASLAUTHD_OPTS=\"${SASLAUTHD_OPTS} -n 5\""
        #expect(try words(gentoo) == ["-a", "pam", "-n", "5"])
        #expect(try words("OPTIONS=\"$OPTIONS -c\"") == ["-c"])
        let file = try SettingsFile("/f", holding: Array("SASLAUTHD_OPTS=\"${SASLAUTH_MECH} -a pam -r\"".utf8))
        #expect(file.words == ["-a", "pam", "-r"])
        #expect(file.warnings == ["/f: unset variables are taken as empty: SASLAUTH_MECH"])
    }

    @Test func `values that hold each other do not grow without end`() {
        let text = "A=0123456789\n" + String(repeating: "A=$A$A\n", count: 40)
        #expect(complaint(text)?.hasSuffix(": A: the value is longer than 65536 bytes") == true)
        #expect(complaint("A=" + String(repeating: "${A:-", count: 100_000))?.contains("only ${NAME}") == true)
    }

    @Test(arguments: [
        ("FLAGS=-c -n 5", ["-c", "-n", "5"]), ("FLAGS=-c -n 5 # five", ["-c", "-n", "5"]),
        ("FLAGS=\"-c\" # a cache", ["-c"]), ("FLAGS=-c # a cache", ["-c"]),
        ("MECH=pam shadow", ["-a", "pam", "-a", "shadow"]),
        ("MECH = pam", ["-a", "pam"]),
        (
            "MECH = \"pam\"\nOPTIONS = '-c -m /x' # one\nMECH_OPTIONS =\t\"a b\"",
            ["-a", "pam", "-O", "a b", "-c", "-m", "/x"]
        ), ("MECH= pam", ["-a", "pam"]), ("; FLAGS=-c\nMECH=pam", ["-a", "pam"]),
        ("MECH_OPTIONS=user=a db=b", ["-O", "user=a db=b"]), ("MECH=pam THREADS=3", ["-a", "pam", "-n", "3"]),
        ("DAEMONOPTS=--user saslauth", ["--user", "saslauth"]), ("DAEMONOPTS=\"+10 --user=mail\"", ["--user=mail"]),
        ("OPTIONS=\"-c \\\n -n 5\"", ["-c", "-n", "5"]),
        ("OPTIONS=-c \\\n  -n 5\nMECH=pam", ["-a", "pam", "-c", "-n", "5"]),
        ("\u{feff}MECH=pam\r\nFLAGS=\"-c\"\r\n\r\n", ["-a", "pam", "-c"]),
        ("OPTIONS=\"-c \\\r\n -r\"\r\n", ["-c", "-r"]),
        ("FLAGS=-c -O \"a b\"", ["-c", "-O", "a b"]), ("FLAGS='-O \"a b\" -n 5'", ["-O", "a b", "-n", "5"]),
        ("FLAGS=\"-O it's\"", ["-O", "it's"]), ("set -a\nMECH=pam\nset +a\nexport MECH", ["-a", "pam"]),
        ("MECH=pam; export MECH", ["-a", "pam"]), ("MECH=pam\nunset MECH FLAGS", []),
        ("readonly MECH=pam", ["-a", "pam"]),
        ("#MECH=a \\\nMECH=pam", ["-a", "pam"]),
        ("SASLAUTHD_AUTHMECH=pam\nSASLAUTHD_THREADS=5\nSASLAUTHD_PARAMS=\"-r\"", ["-a", "pam", "-n", "5", "-r"]),
        (
            "SASL_AUTHMECH=ldap\nSASL_MECH_OPTIONS=/etc/x.conf\nSASLAUTHD_OPTS=-c",
            ["-a", "ldap", "-O", "/etc/x.conf", "-c"]
        ),
        ("MECHANISMS=\"pam shadow\"\nMECH=\"pam shadow\"", ["-a", "pam", "-a", "shadow"]),
        ("MECH=\nFLAGS=\"-a pam -a shadow\"", ["-a", "pam", "-a", "shadow"]),
        ("MECH=pam\nFLAGS=\"-O -a -m /a\"", ["-a", "pam", "-O", "-a", "-m", "/a"]),
        // Gentoo's file with both assignments on one line.
        (
            "SASLAUTHD_OPTS=\"${X-} -a rimap -r\" SASLAUTHD_OPTS=\"${SASLAUTHD_OPTS} -O localhost\"\nX=",
            ["-a", "rimap", "-r", "-O", "localhost"]
        ),
        ("saslauthd_enable=\"YES\"\nsaslauthd_flags=\"-a pam\"", ["-a", "pam"]),
    ])
    func `each line means what its readers take it for`(text: String, expected: [String]) throws {
        #expect(try words(text) == expected)
        #expect(try SettingsFile("/f", holding: Array(text.utf8)).warnings.isEmpty)
    }

    @Test func `what means nothing here is named once, what scripts and other values use is not`() throws {
        let text =
            "START=yes\nPIDFILE=x\nRUN=/a\nOPTIONS=\"-m $RUN\"\nKRB5_KTNAME=/k\nexport KRB5_KTNAME\nKRB5_KTNAME=/l"
        let file = try SettingsFile("/f", holding: Array(text.utf8))
        #expect(file.warnings == ["/f: ignoring unknown settings: KRB5_KTNAME"])
    }

    @Test func `comments may have bytes of any character set, values of settings may not`() throws {
        let latin1 = Array("# gr".utf8) + [0xfc] + Array("n\nOTHER=".utf8) + [0xfc] + Array("\nMECH=pam".utf8)
        #expect(try SettingsFile("/f", holding: latin1).words == ["-a", "pam"])
        let error = #expect(throws: UsageError.self) {
            try SettingsFile("/f", holding: Array("MECH=".utf8) + [0xfc])
        }
        #expect(error?.message == "/f:1: MECH: the value is not valid UTF-8" && error?.showsUsage == false)
    }

    @Test func `any number of exports stands before an assignment`() throws {
        #expect(try words(String(repeating: "export ", count: 100_000) + "MECH=pam") == ["-a", "pam"])
    }

    @Test(arguments: [
        (
            "A=1\nMECH_OPTIONS=\"pass$word\"\n",
            "/f:2: MECH_OPTIONS: $word is not set above; write its value"
        ),
        ("OPTIONS=\"-m ${UNSET}/x\"", "/f:1: OPTIONS: $UNSET is not set above; write its value"),
        ("OPTIONS=\"-m $UNSET -c\"", "/f:1: OPTIONS: $UNSET is not set"),
        ("SOCKETDIR=$UNSET/run", "/f:1: SOCKETDIR: $UNSET is not set"),
        ("SOCKETDIR=\"$UNSET\"/run", "/f:1: SOCKETDIR: $UNSET is not set"),
        ("SOCKETDIR=$SOCKETDIR/run", "/f:1: SOCKETDIR: $SOCKETDIR is not set"),
        ("SOCKETDIR=/run\"$UNSET\"", "/f:1: SOCKETDIR: $UNSET is not set"),
        ("A=/x\nunset A\nSOCKETDIR=/run$A", "/f:3: SOCKETDIR: $A is not set"),
        ("MECH=`cat mech`", "/f:1: MECH: commands are not run; write their output"),
        ("MECH=pam `cat mech`", "/f:1: MECH: commands are not run; "),
        ("MECH=${A:-`x`}", "/f:1: MECH: commands are not run; "),
        ("MECH=$(cat mech)", "/f:1: MECH: commands are not run; "),
        ("MECH=\"${A:-$(cat mech)}\"", "/f:1: MECH: commands are not run; "),
        ("A=x\nMECH=${A%x}", "/f:2: MECH: only ${NAME} and ${NAME:-word}"),
        ("MECH=${}", "/f:1: MECH: only ${NAME}"),
        ("MECH=${A:-x", "/f:1: MECH: only ${NAME}"),
        ("MECH=$1", "/f:1: MECH: $1 is set only in scripts"),
        ("MECH=$'pam'", "/f:1: MECH: $ before a quote is not supported"),
        ("SOCKETDIR=~/run", "/f:1: SOCKETDIR: ~ is not expanded"),
        ("FLAGS=\"-c\" \"-n 5\"", "/f:1: FLAGS: put the whole value in one pair of quotes"),
        ("FLAGS = \"-c\" \"-n 5\"", "/f:1: FLAGS: put the whole value in one pair of quotes"),
        ("FLAGS = \"-c\"; x", "/f:1: expected an assignment such as MECHANISMS=\"pam\""),
        ("MECH = \"`id`\"", "/f:1: MECH: commands are not run; "),
        ("FLAGS=-c -n 5; x", "/f:1: FLAGS: unquoted ; is not allowed; put the value in quotes"),
        ("MECH=p\0am", "/f:1: MECH: contains a zero byte"), ("MECH='p\0am'", "/f:1: MECH: contains a zero byte"),
        ("A=1\nMECH=\"p\0\"", "/f:2: MECH: contains a zero byte"), ("MECH=p\\\0", "/f:1: MECH: contains a zero byte"),
        ("MECH = p\\\0", "/f:1: MECH: contains a zero byte"), ("MECH=${B:='\0'}", "/f:1: B: contains a zero byte"),
        ("\n\nMECH=\"pam\nFLAGS=x", "/f:3: MECH: unterminated quote \""),
        ("MECH='pam", "/f:1: MECH: unterminated quote '"),
        (". /etc/rc.conf", "/f:1: expected an assignment such as MECHANISMS=\"pam\"; write the resulting assignments"),
        ("[ -f /x ] && MECH=pam", "/f:1: expected an assignment such as MECHANISMS=\"pam\""),
        ("set pam", "/f:1: expected an assignment such as MECHANISMS=\"pam\""),
        ("export MECH=pam run/this", "/f:1: export: expected an assignment such as MECHANISMS=\"pam\""),
        ("MECH=pam; run this", "/f:1: expected an assignment such as MECHANISMS=\"pam\""),
        ("if true; then MECH=pam; fi", "/f:1: expected an assignment such as MECHANISMS=\"pam\""),
        ("MECH=pam&", "/f:1: MECH: unquoted & is not allowed; put the value in quotes"),
        // A file that names two mechanisms in two places.
        (
            "MECHANISMS=\"pam\"\nOPTIONS='-a sasldb -n 0 -m /run/x'",
            "/f:2: OPTIONS: MECHANISMS names mechanisms too; use only one of the two"
        ),
        ("FLAGS=-rashadow\nMECH=pam", "/f:1: FLAGS: MECH names mechanisms too"),
        ("MECH=pam\nMECHANISMS=shadow", "/f:1: MECH: MECHANISMS names mechanisms too"),
        ("\nOPTIONS=\"-c --settings /g\"", "/f:2: OPTIONS: --settings works only on the command line"),
    ])
    func `what a shell would do more is refused with its line`(text: String, message: String) {
        let complaint = complaint(text)
        #expect(complaint?.hasPrefix(message) == true, "\(complaint ?? "none")")
    }
}
