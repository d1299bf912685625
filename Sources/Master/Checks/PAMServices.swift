internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform

/// PAM services that accept root without a password, and with mechanism pam everyone with any password.
///
/// pam_rootok(8) looks at the account of the calling process, and saslauthd-pam runs as root.
struct PAMServices: Sendable {
    /// How deep Linux-PAM follows included files.
    private static let deepest = 16
    private static let module = "pam_rootok.so"
    private static let risk = "\(module), which accepts any password for anyone, because the process is root"

    /// Gives the text of a service's file, or of a file with an absolute path; `nil` if there is none.
    let text: @Sendable (String) -> String?

    /// Those of this system.
    static let ofSystem = PAMServices { name in
        let paths = name.hasPrefix("/") ? [name] : directories.map { "\($0)/\(name)" }
        for path in paths {
            guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else { continue }
            return (try? file.readAll(limit: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
        }
        return nil
    }

    /// The directories in which Linux-PAM looks for a service's file, in its order.
    private static let directories = ["/etc/pam.d", "/usr/lib/pam.d"]

    private static var namesOfSystem: [String] {
        Array(Set(directories.flatMap { (try? Directory.entries(of: $0)) ?? [] }))
    }

    /// What `--check` prints about the services that `route` lets clients name; `nil` if all of them check a password.
    static func note(on route: Route) -> String? {
        guard route.mechanism.text == "pam", Account.isRoot else { return nil }
        return ofSystem.note(on: route, among: namesOfSystem)
    }

    /// What `--check LOGIN` prints about `service`, if `route` is to mechanism pam; `nil` if the service checks a password.
    static func warning(on route: Route, service: ByteString) -> String? {
        guard route.mechanism.text == "pam", Account.isRoot else { return nil }
        return ofSystem.warning(on: service, among: namesOfSystem)
    }

    /// The same, with files called `names`.
    func note(on route: Route, among names: [String]) -> String? {
        if let service = route.service { return warning(on: service, among: names).map { "\(route): \($0)" } }
        // Linux-PAM converts the service that a client names to lower case.
        let lax = names.filter { $0 == $0.lowercased() && letsRootIn($0) }.sorted()
        guard !lax.isEmpty else { return nil }
        return
            "\(route): a client that names one of these services is accepted with any password for anyone, because the process is "
            + "root and they have \(Self.module): \(lax.joined(separator: ", ")); name the service of the mail server, as in -a pam:service=smtp"
    }

    private func warning(on service: ByteString, among names: [String]) -> String? {
        let name = service.lowercasedASCII.text
        guard letsRootIn(names.contains(name) ? name : "other") else { return nil }
        return "the service has \(Self.risk)"
    }

    /// Whether the authentication phase of `service` has pam_rootok, in its own file or in an included one.
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

    /// A line of the authentication phase.
    enum Line: Hashable {
        case module(String)
        case include(String)
    }

    /// The lines of the authentication phase in a file, pam.d(5).
    static func lines(of text: String) -> [Line] {
        text.replacing("\\\n", with: " ").split(whereSeparator: \.isNewline).compactMap { line in
            let words = words(of: line.prefix { $0 != "#" })
            guard words.count >= 2 else { return nil }
            if words[0] == "@include" { return .include(words[1]) }
            guard ["auth", "-auth"].contains(words[0].lowercased()), words.count >= 3 else { return nil }
            return ["include", "substack"].contains(words[1].lowercased()) ? .include(words[2]) : .module(words[2])
        }
    }

    /// Words between blanks; a text in brackets is one word.
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
