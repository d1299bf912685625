internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform

/// Services of Linux-PAM that let root in without a password, and with mechanism pam everyone with any.
///
/// pam_rootok(8) looks at the account of the process that asks, and saslauthd-pam is root.
struct PAMServices: Sendable {
    /// How deep files are followed, as by Linux-PAM.
    private static let deepest = 16
    private static let module = "pam_rootok.so"

    /// Gives the text of a file in `/etc/pam.d`, or of one with an absolute path; `nil` where there is none.
    let text: @Sendable (String) -> String?

    /// Those of this system.
    static let ofSystem = PAMServices { name in
        let path = name.hasPrefix("/") ? name : "\(directory)/\(name)"
        guard let bytes = try? OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY).readAll(limit: 1 << 16)
        else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let directory = "/etc/pam.d"

    /// What `--check` says of the services that clients can ask for by `route`; `nil` where all of them want a password.
    static func note(on route: Route) -> String? {
        guard route.mechanism.text == "pam", Account.isRoot else { return nil }
        let names = (try? Directory.entries(of: directory)) ?? []
        return ofSystem.note(on: route, among: names)
    }

    /// The same, where the files are called `names`.
    func note(on route: Route, among names: [String]) -> String? {
        if let service = route.service?.lowercasedASCII {
            guard letsRootIn(names.contains(service.text) ? service.text : "other") else { return nil }
            return
                "\(route): the service has \(Self.module), which accepts any password for anyone, as the process is root"
        }
        // Linux-PAM makes the client's word small letters.
        let lax = names.filter { $0 == $0.lowercased() && letsRootIn($0) }.sorted()
        guard !lax.isEmpty else { return nil }
        return
            "\(route): a client that names one of these services is accepted with any password for anyone, as the process is root "
            + "and they have \(Self.module): \(lax.joined(separator: ", ")); name the service that is meant, as in -a pam:service=smtp"
    }

    /// Whether the authentication of `service` has pam_rootok, in its own file or in one that is included.
    func letsRootIn(_ service: String) -> Bool {
        letsRootIn(service, depth: 0)
    }

    private func letsRootIn(_ file: String, depth: Int) -> Bool {
        guard depth < Self.deepest, let text = text(file) else { return false }
        return Self.lines(of: text).contains { line in
            switch line {
            case .module(let path): path.split(separator: "/").last.map(String.init) == Self.module
            case .include(let other): letsRootIn(other, depth: depth + 1)
            }
        }
    }

    /// What a line has to do with authentication.
    enum Line: Hashable {
        case module(String)
        case include(String)
    }

    /// The lines of a file that have, pam.d(5).
    static func lines(of text: String) -> [Line] {
        text.replacing("\\\n", with: " ").split(whereSeparator: \.isNewline).compactMap { line in
            let words = words(of: line.prefix { $0 != "#" })
            guard words.count >= 2 else { return nil }
            if words[0] == "@include" { return .include(words[1]) }
            guard ["auth", "-auth"].contains(words[0].lowercased()), words.count >= 3 else { return nil }
            return ["include", "substack"].contains(words[1].lowercased()) ? .include(words[2]) : .module(words[2])
        }
    }

    /// Words between blanks; one in brackets is one.
    private static func words(of line: Substring) -> [String] {
        var words: [String] = []
        var rest = line.drop(while: \.isWhitespace)
        while let first = rest.first {
            let word = first == "[" ? rest.prefix { $0 != "]" } : rest.prefix { !$0.isWhitespace }
            words.append(String(word))
            rest = rest.dropFirst(word.count + (first == "[" ? 1 : 0)).drop(while: \.isWhitespace)
        }
        return words
    }
}
