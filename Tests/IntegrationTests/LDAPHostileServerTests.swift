import Foundation
import TestSupport
import Testing

/// What the mechanism `ldap` makes of a server that lies, or of whoever sits on the way to one.
@Suite(.enabled(if: Programs.mechanisms.contains("ldap")))
struct LDAPHostileServerTests {
    @Test func `a server that keeps to the protocol is believed`() throws {
        let bed = try LDAPScriptedBed("honest")
        #expect(try bed.verdict() == .accepted)
        #expect(try bed.verdict("wrong") == .refused)
        #expect(try bed.verdict(login: "nobody") == .refused)
        #expect(bed.received(true).isEmpty)
        try bed.checkRest()
    }

    static let broken =
        ["silent", "garbage", "half", "cut", "huge", "close", "disconnect"].flatMap { kind in
            ["reader", "search", "user"].map { "\(kind)-\($0)" }
        } + ["silent-connect", "swapped-search", "swapped-user"]
        + ["references", "intermediate", "notifications", "values"].map { "endless-\($0)" }

    @Test(arguments: broken)
    func `an answer that cannot be right is none, and the process lives`(behaviour: String) throws {
        let bed = try LDAPScriptedBed(behaviour)
        #expect(try bed.verdict() == .unavailable, "\(bed.daemon.log)")
        try bed.checkRest()
        try bed.mend()
    }

    /// Such an answer need not be taken notice of; a wrong password is refused in any case, or not judged.
    @Test(arguments: [
        "early-reader", "early-search", "early-user", "stray", "control", "empty-dn", "odd-dn", "huge-dn",
        "endless-entries",
        "silent-root", "garbage-root", "half-root", "huge-root", "close-root",
    ])
    func `an odd answer is never taken for a right password, nor for a wrong one`(behaviour: String) throws {
        let bed = try LDAPScriptedBed(behaviour)
        let verdict = try bed.verdict()
        // Several entries, and one without a name, are nobody.
        #expect(
            verdict != .refused || ["endless-entries", "empty-dn", "odd-dn"].contains(behaviour),
            "\(bed.daemon.log)"
        )
        try bed.checkRest()
        try bed.mend()
    }

    @Test func `several entries are nobody`() throws {
        let bed = try LDAPScriptedBed("many")
        #expect(try bed.verdict() == .refused)
        try bed.checkRest()
    }

    @Test(arguments: ["referral-user", "referral-reader", "referral-search"])
    func `a referral is not followed`(behaviour: String) throws {
        let bed = try LDAPScriptedBed(behaviour, "ldap_referrals: yes")
        #expect(try bed.verdict() == .unavailable)
        try bed.checkRest()
        #expect(bed.received(true).isEmpty)
        try bed.mend()
    }

    @Test func `a reference beside an entry is not followed`() throws {
        let bed = try LDAPScriptedBed("reference", "ldap_referrals: yes")
        #expect(try bed.verdict() == .accepted)
        try bed.checkRest()
        #expect(bed.received(true).isEmpty)
    }

    @Test func `a password that a server repeats is not logged`() throws {
        let bed = try LDAPScriptedBed("echo")
        #expect(try bed.verdict() == .accepted)
        #expect(try bed.verdict(LDAPScriptedBed.users) == .refused)
        #expect(bed.daemon.wait { bed.daemon.log.contains("text that contains the password") })
        try bed.checkRest()
    }

    @Test(arguments: 1...6)
    func `a server that closes its connections is asked again`(count: Int) throws {
        let bed = try LDAPScriptedBed("close-after=\(count)")
        for _ in 0..<10 {
            #expect(try bed.verdict() != .refused)
            #expect(try bed.verdict("wrong") != .accepted)
        }
        try bed.checkRest()
        try bed.mend()
    }

    @Test func `a slow server holds nobody else up`() throws {
        // One after the other they would take minutes.
        let bed = try LDAPScriptedBed("slow=2000", "ldap_timeout: 20", timeout: 25)
        let load = Load(
            bed.daemon.socket,
            count: 64,
            [["alice", "secret", "imap", ""], ["bob", "wrong", "imap", ""]]
        )
        #expect(load.awaits("0: \"OK\"", 64) && load.awaits("1: \"NO\"", 32))
        let answers = load.stop()
        #expect(Set(answers.keys) == ["0: \"OK\"", "1: \"NO\""], "\(answers)")
    }
}

/// Connections with TLS.
@Suite(.enabled(if: Programs.mechanisms.contains("ldap")))
struct LDAPHostileTLSTests {
    private static let check = "ldap_tls_cacert_file: $CA\nldap_tls_check_peer: yes"

    @Test func `ldaps and StartTLS work with the scripted server`() throws {
        for (scheme, line, argument) in [("ldaps", "", "--tls"), ("ldap", "\nldap_start_tls: yes", "--starttls")] {
            let bed = try LDAPScriptedBed("honest", Self.check + line, scheme: scheme, [argument, "$CERTIFICATE"])
            #expect(try bed.verdict() == .accepted, "\(bed.daemon.log)")
            #expect(try bed.verdict("wrong") == .refused)
            try bed.checkRest()
        }
    }

    /// Nothing secret is sent before the handshake is over.
    private func check(_ bed: LDAPScriptedBed) throws {
        #expect(try bed.verdict() == .unavailable, "\(bed.daemon.log)")
        try bed.checkRest()
        for word in ["secret", LDAPScriptedBed.readers, LDAPScriptedBed.users] {
            #expect(bed.received().range(of: Data(word.utf8)) == nil)
        }
    }

    @Test(arguments: ["silent-connect", "honest"])
    func `a server that does not answer the hello holds nobody up`(behaviour: String) throws {
        // The honest one has no TLS, and closes the connection.
        try check(LDAPScriptedBed(behaviour, Self.check, scheme: "ldaps"))
    }

    @Test(arguments: [
        "silent-starttls", "silent-hello", "starttls-52", "starttls-2", "starttls-1", "starttls-10", "early-starttls",
    ])
    func `without TLS that was asked for nothing secret is sent`(behaviour: String) throws {
        try check(
            LDAPScriptedBed(behaviour, Self.check + "\nldap_start_tls: yes", ["--starttls", "$CERTIFICATE"])
        )
    }

    @Test func `a certificate of a stranger ends the connection`() throws {
        let lines = "ldap_tls_cacert_file: $STRANGER\nldap_tls_check_peer: yes"
        try check(LDAPScriptedBed("honest", lines, scheme: "ldaps", ["--tls", "$CERTIFICATE"]))
        try check(LDAPScriptedBed("honest", lines + "\nldap_start_tls: yes", ["--starttls", "$CERTIFICATE"]))
    }
}
