import CommandLine
import Testing

@testable import Master

@Suite struct PAMServicesTests {
    private static let files = [
        "su": "#%PAM-1.0\nauth\tsufficient pam_rootok.so\n@include common-auth\n",
        "smtp": "@include common-auth\n@include common-account\n",
        "common-auth": "auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth requisite pam_deny.so\n",
        "common-account": "account required pam_rootok.so\n",
        "other": "auth required pam_deny.so # no pam_rootok.so\n#auth sufficient pam_rootok.so\n",
        "atd": "auth required pam_env.so\n@include su\n",
        "cron": "auth substack atd\n", "path": "-AUTH [default=ok] /lib/security/pam_rootok.so debug\n",
        "long": "auth sufficient \\\n  pam_rootok.so\n", "loop": "auth include loop\n",
        "absolute": "auth include /etc/own\n",
        "/etc/own": "auth sufficient pam_rootok.so\n", "gone": "auth include nowhere\n",
        "SU": "auth sufficient pam_rootok.so",
        "odd": "auth\nauth sufficient\n[\nauth [\nauth sufficient xpam_rootok.so\n@include\n",
    ]

    private let services = PAMServices { Self.files[$0] }

    @Test(arguments: ["su", "atd", "cron", "path", "long", "absolute"])
    func `pam_rootok is found in a service and in what it includes`(service: String) {
        #expect(services.letsRootIn(service))
    }

    @Test(arguments: ["smtp", "other", "loop", "gone", "odd", "nowhere"])
    func `and not in comments, accounts, names that are like it, or circles`(service: String) {
        #expect(!services.letsRootIn(service))
    }

    @Test func `files are followed as deep as Linux-PAM does`() {
        let deep = PAMServices { name in
            guard let number = Int(name) else { return nil }
            return number == 0 ? "auth sufficient pam_rootok.so" : "auth include \(number - 1)"
        }
        #expect(deep.letsRootIn("15") && !deep.letsRootIn("16"))
    }

    private func note(_ route: String) throws -> String? {
        services.note(on: try #require(Route(optionText: route)), among: Array(Self.files.keys))
    }

    @Test func `without a service all that a client could name are told, in one line`() throws {
        let note = try #require(try note("pam:realm=example.org"))
        #expect(
            note.hasPrefix(
                "pam:realm=example.org: a client that names one of these services is accepted with any password "
            )
        )
        #expect(note.contains("pam_rootok.so: /etc/own, absolute, atd, cron, long, path, su; name the service"))
    }

    @Test func `with a service it is that one, in small letters, or other where it has no file`() throws {
        #expect(try note("pam:service=smtp") == nil)
        #expect(try note("pam:service=none") == nil)
        for service in ["su", "SU"] {
            #expect(
                try note("pam:service=\(service)")?.hasPrefix("pam:service=\(service): the service has pam_rootok.so")
                    == true
            )
        }
    }
}
