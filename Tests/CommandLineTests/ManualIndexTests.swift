import Foundation
import Testing

/// Questions of administrators, and where man/ answers them.
@Suite struct ManualIndexTests {
    /// A question, the words of it that one searches for, the page in which one looks, and what the answer says.
    struct Question: Sendable, CustomTestStringConvertible {
        let text: String
        let words: [String]
        let page: String
        let answer: String

        init(_ text: String, _ words: String..., in page: String, says answer: String) {
            (self.text, self.words, self.page, self.answer) = (text, words, page, answer)
        }

        var testDescription: String { text }

        /// Whether a paragraph has all the words, and it or the next one, an example for instance, has the answer.
        func isAnswered(by paragraphs: [String]) -> Bool {
            zip(paragraphs, paragraphs.dropFirst() + [""]).contains { paragraph, next in
                words.allSatisfy { paragraph.range(of: $0, options: .caseInsensitive) != nil }
                    && "\(paragraph) \(next)".contains(answer)
            }
        }
    }

    static let questions = [
        Question(
            "which option puts the socket into Postfix's chroot?",
            "socket",
            "Postfix",
            "chroot",
            in: "saslauthd.8",
            says: "-m /var/spool/postfix/var/run/saslauthd"
        ),
        Question(
            "what does reason=too many attempts mean?",
            "reason=too many attempts",
            in: "saslauthd.8",
            says: "A password is being guessed"
        ),
        Question("how do I ban an address?", "ban an address", in: "saslauthd.8", says: "filter for fail2ban"),
        Question("how do I ban an address?", "ban an address", in: "saslauthd-overload.7", says: "filter for fail2ban"),
        Question("why 454?", "454", in: "saslauthd.8", says: "auth unavailable"),
        Question(
            "why does the right password fail only in the chroot?",
            "right password",
            "fail",
            "only in the chroot",
            in: "saslauthd.8",
            says: "-m /var/spool/postfix/var/run/saslauthd"
        ),
        Question(
            "how do I see who is slowed down?",
            "see who is slowed down",
            in: "saslauthd-overload.7",
            says: "possible password guessing: [user=...]"
        ),
        Question(
            "which log line says that the back end is down?",
            "back end is down",
            in: "saslauthd-mail.8",
            says: "auth unavailable"
        ),
        Question(
            "which log line says that the back end is down?",
            "back end is down",
            in: "saslauthd-sql.8",
            says: "auth unavailable"
        ),
        Question(
            "how do I see that a back end is down?",
            "back end",
            "down",
            in: "saslauthctl.8",
            says: "since when it is down and why"
        ),
        Question(
            "which option do I raise when logins get no worker was free in time?",
            "no worker was free in time",
            in: "saslauthd.8",
            says: "Raise -n"
        ),
        Question(
            "how long does a changed password still work with the cache?",
            "changed password",
            in: "saslauthd.8",
            says: "the next failed login"
        ),
        Question(
            "how do I remove a cached password?",
            "cached password",
            in: "saslauthctl.8",
            says: "saslauthctl flush"
        ),
        Question(
            "how do I find out why a login fails?",
            "why a login fails",
            in: "saslauthd-sql.8",
            says: "--check alice@example.org"
        ),
        Question(
            "how do I find out why one login fails?",
            "why one login fails",
            in: "saslauthd.8",
            says: "--check alice"
        ),
        Question(
            "the domain is missing: how do I pass whole addresses?",
            "whole addresses",
            in: "saslauthd.8",
            says: "-r"
        ),
        Question(
            "how do I let only the mail server connect?",
            "only the mail server",
            in: "saslauthd.8",
            says: "--allow-group"
        ),
        Question(
            "what do I do about Permission denied on the socket?",
            "Permission denied",
            in: "saslauthd.8",
            says: "Add its account to the directory's group"
        ),
        Question(
            "how do I get NO instead of a temporary failure?",
            "NO",
            "a temporary failure",
            in: "saslauthd.8",
            says: "--unavailable"
        ),
        Question(
            "where does the fifth field, the client's address, come from?",
            "client's address",
            in: "saslauthd-overload.7",
            says: "The next release of the Cyrus SASL library sends this address"
        ),
        Question(
            "can I use my pam_mysql line?",
            "pam_mysql",
            in: "saslauthd-sql.8",
            says: "work as they are"
        ),
        Question(
            "which preset is there for PostfixAdmin?",
            "preset",
            "PostfixAdmin",
            in: "saslauthd-sql.8",
            says: "preset = postfixadmin"
        ),
        Question("what crashes with signal 11?", "signal 11", in: "saslauthd-pam.8", says: "A PAM module crashed"),
        Question(
            "why does the certificate of my own authority fail?",
            "certificate",
            "authority",
            in: "saslauthd-mail.8",
            says: "?ca="
        ),
        Question(
            "how do I log to standard error in a container?",
            "standard error",
            "container",
            in: "saslauthd.8",
            says: "-f"
        ),
        Question("how do I check health in a container?", "health", "container", in: "testsaslauthd.8", says: "--ping"),
        Question(
            "why are passwords longer than 256 bytes refused: MAX_REQ_LEN?",
            "MAX_REQ_LEN",
            in: "saslauthd.8",
            says: "Raise --max-field"
        ),
        Question(
            "how do I reload without losing a login?",
            "reload",
            "without losing a login",
            in: "saslauthd.8",
            says: "kill -HUP"
        ),
        Question(
            "does the user have another realm?",
            "another realm",
            in: "saslauthd-sasldb.8",
            says: "smtpd_sasl_local_domain"
        ),
        Question(
            "what differs from Cyrus saslauthd?",
            "Cyrus saslauthd",
            "differ",
            in: "saslauthd.8",
            says: "a temporary failure, not a refusal"
        ),
        Question(
            "how do I use TLS to the database server?",
            "TLS",
            "server",
            in: "saslauthd-sql.8",
            says: "ssl_ca"
        ),
        Question(
            "how do I ask several mechanisms?",
            "ask several mechanisms",
            in: "saslauthd.8",
            says: "in the order of the command line"
        ),
        Question(
            "which Postfix limits help while a password is guessed?",
            "while a password is guessed",
            in: "saslauthd-recipes.7",
            says: "smtpd_client_auth_rate_limit"
        ),
        Question(
            "what does ldap_tls_check_peer: Yes do?",
            "ldap_tls_check_peer: Yes",
            in: "saslauthd-ldap.8",
            says: "certificates are verified"
        ),
        Question("what is data 52e?", "data 52e", in: "saslauthd-ldap.8", says: "wrong password"),
        Question(
            "which reason stands for Entry not found?",
            "Entry not found",
            in: "saslauthd-ldap.8",
            says: "no entry matches"
        ),
        Question(
            "which filter is for Active Directory?",
            "Active Directory",
            in: "saslauthd-ldap.8",
            says: "(sAMAccountName=%U)"
        ),
        Question(
            "how do I ask several directories?",
            "several directories",
            in: "saslauthd-ldap.8",
            says: "-a ldap:realm=example.org"
        ),
        Question("are referrals followed?", "referrals", "followed", in: "saslauthd-ldap.8", says: "never"),
        Question(
            "which log line says that the back end is down?",
            "back end is down",
            in: "saslauthd-ldap.8",
            says: "auth unavailable"
        ),
        Question(
            "how do I find out why a login fails?",
            "why a login fails",
            in: "saslauthd-ldap.8",
            says: "saslauthd -a ldap --check alice"
        ),
        Question(
            "what does the bind as ldap_bind_dn: invalidCredentials (49) mean?",
            "the bind as ldap_bind_dn: invalidCredentials (49)",
            in: "saslauthd-ldap.8",
            says: "Correct ldap_bind_dn and ldap_bind_pw"
        ),
        Question(
            "how does OpenLDAP ask another directory?",
            "OpenLDAP",
            "another directory",
            in: "saslauthd-recipes.7",
            says: "{SASL}alice@ad.example"
        ),
        Question(
            "how do I check the socket that Postfix uses without the Cyrus SASL library?",
            "Postfix",
            "without the Cyrus SASL library",
            in: "testsaslauthd.8",
            says: "--dovecot /var/spool/postfix/private/auth"
        ),
        Question(
            "after an upgrade it says saslauthd-frontend has another version: why?",
            "another version",
            in: "saslauthd.8",
            says: "Restart the daemon"
        ),
    ]

    @Test(arguments: questions)
    func `the words of a question find its answer`(question: Question) throws {
        for word in question.words {
            #expect(
                question.text.range(of: word, options: .caseInsensitive) != nil,
                "\(word) is no word of the question"
            )
        }
        let page = try #require(ManualPage.all.first { $0.name == question.page })
        let paragraphs = ManualPage.paragraphs(try page.lines(by: .mandoc))
        #expect(question.isAnswered(by: paragraphs), "\(question.words) do not find: \(question.answer)")
    }

    @Test func `an answer counts only next to the words`() {
        let question = Question("why 454?", "454", in: "a.8", says: "no verdict")
        #expect(question.isAnswered(by: ["454: there was no verdict"]))
        #expect(question.isAnswered(by: ["It may be 454.", "There was no verdict."]))
        #expect(!question.isAnswered(by: ["454", "something else", "no verdict"]))
        #expect(!question.isAnswered(by: ["no verdict", "454"]))
        #expect(!question.isAnswered(by: ["no verdict"]))
    }
}
