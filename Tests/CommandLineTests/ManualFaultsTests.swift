import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// The pages of man/ as readers see them, and the README.
@Suite struct ManualFaultsTests {
    /// Files of this package, as it keeps or makes them, and those of other programs.
    private static let files = Set(
        """
        mux control saslauthd.pid saslauthd.pid.lock cache.mmap cache.flock /metrics ../libexec/saslauthd
        /var/run/saslauthd /var/run/saslauthd/mux /var/run/saslauthd/control /run/saslauthd/mux
        /var/spool/postfix /var/spool/postfix/var/run/saslauthd /var/spool/postfix/private /var/spool/postfix/private/auth main.cf /var/spool/postfix/etc/sasldb2 /etc/sasldb2 /etc/.sasldb2.new smtpd.conf
        saslauthd.service saslauthd@.service saslauthd.socket unprivileged.conf saslauthd-dovecot.socket fail2ban/saslauthd.conf /etc/init.d/saslauthd
        /etc/default/saslauthd /etc/default/saslauthd- /etc/sysconfig/saslauthd - /etc/systemd/system/saslauthd.service.d
        /etc/saslauthd-mysql.conf .conf /etc/sasl2/ /etc/sasl2 /etc/sasl /usr/lib /usr/lib64 sasl2 /etc/sasl2/libvirt.conf
        /etc/sasl2/exim.conf /etc/sasl2/smtpd.conf /etc/sasl2/Sendmail.conf Sendmail.conf /etc/imapd.conf
        /etc/postfix/sasl /etc/postfix/sasl/smtpd.conf /etc/postfix/main.cf /etc/postfix/sasl_passwd sasl_passwd
        /etc/saslauthd.conf /etc/ldap/ldap.conf ~/.ldaprc /etc/ldap/sasl2/slapd.conf /etc/ldap/alice.ldif
        /etc/exim4/conf.d/auth/30_local_saslauthd /etc/exim4/exim4.conf.template /etc/mail/sendmail.mc
        prometheus/saslauthd.rules.yml prometheus/saslauthd-dashboard.json /usr/share/doc/saslauthd
        /etc/pam.d /etc/pam.d/smtp /etc/pam.d/other /etc/shadow /etc/fail2ban/filter.d /dev/null /tmp / name
        """.split { $0.isWhitespace }.map(String.init)
    )

    /// Every option of our programs, by what shells complete.
    private static let options: Set<String> = {
        let programs = ["saslauthctl", "testsaslauthd", "saslpasswd2", "sasldblistusers2"]
        let scripts = programs.map { name in
            (try? Command(Command.built(name), "--generate-completion-script", "fish").run().output) ?? ""
        }
        let words = scripts.flatMap { script in
            script.matches(of: #/ -(?:(?<letter>s)|l|o) '?(?<name>[\w\-]+)'?/#).map {
                ($0.output.letter == nil ? "--" : "-") + $0.output.name
            }
        }
        return Set(words).union(OptionTable.rows.map(\.name))
    }()

    private static let faults = PageFaults(
        options: options,
        files: files,
        pages: Set(ManualPage.all.map(\.name))
    )

    @Test func `the options of all programs are known`() {
        for option in ["--json", "--ping", "-R", "-u", "-p", "-f", "-a", "--check"] {
            #expect(Self.options.contains(option), "\(option)")
        }
    }

    @Test(arguments: ManualPage.all)
    func `a page shows what its author meant`(page: ManualPage) throws {
        let faults = try Self.faults.all(in: page)
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    /// A source line or more with a fault, and what is said of it.
    @Test(arguments: [
        (".Pq Dq accepted , Dq refused No or Dq unavailable ,", "quotes or brackets"),
        ("A bracket (that nobody closes.", "quotes or brackets"),
        (".Dq one .Dq two", "the macro Dq"),
        ("See Xr saslauthd 8 .", "the macro Xr"),
        (".Fl a , on Debian", "no option -on"),
        (".Fl n , Debian", "no option -Debian"),
        ("Use\n.Fl -max-conections .", "no option --max-conections"),
        ("Nothing,, at all.", "punctuation"),
        ("A blank\n.Ns\nbefore , a comma", "punctuation"),
        (".Bd -literal\n\(String(repeating: "x", count: 81))\n.Ed", "wider than 80 columns"),
        ("A \\e(aq is seen.", "an escape"),
        (".Xr saslauthd-ldapx 8", "no page saslauthd-ldapx.8"),
        (".Pa /etc/saslauthd.cnf", "no file /etc/saslauthd.cnf"),
        ("It is said No and more.", "the macro No"),
    ])
    func `a spoiled page is found`(text: String, fault: String) throws {
        let source = ".Dd November 26, 2026\n.Dt SAMPLE 8\n.Os\n.Sh NAME\n.Nm sample\n.Nd sample\n.Sh DESCRIPTION\n"
        let sound = ManualPage("sample.8", source: source + "This is sound.\n")
        #expect(try Self.faults.all(in: sound).isEmpty)
        let faults = try Self.faults.all(in: ManualPage("sample.8", source: source + text + "\n"))
        #expect(faults.contains { $0.contains(fault) }, "\(faults)")
    }

    @Test func `the README names options, pages and files that there are`() throws {
        let text = try String(contentsOf: ManualPage.root.appendingPathComponent("README.md"), encoding: .utf8)
        let pages = Set(ManualPage.all.map(\.name))
        for match in text.matches(of: #/((?:test)?sasl[\w\-]*)\((\d)\)/#) {
            #expect(pages.contains("\(match.output.1).\(match.output.2)"), "\(match.output.0)")
        }
        // Of systemd-tmpfiles, systemctl and a Dockerfile.
        let foreign = ["--create", "--now", "--interval"]
        for match in text.matches(of: #/[\s`](--[a-z][\w\-]*)/#) where !foreign.contains(String(match.output.1)) {
            #expect(Self.options.contains(String(match.output.1)), "\(match.output.1)")
        }
        for match in text.matches(of: #/(?:Sources|packaging|man|systemd|Tests)\/[\w.\/\-]+/#) {
            let path = ManualPage.root.appendingPathComponent(String(match.output)).path
            #expect(FileManager.default.fileExists(atPath: path), "\(match.output)")
        }
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    }
}
