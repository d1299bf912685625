internal import Authentication
internal import Glibc
internal import Platform

/// What a mechanism program finds when it starts: descriptors 0 and 3, and its environment.
struct ProgramStart: ~Copyable {
    private let connection: OwnedDescriptor
    /// The text of `-O`, empty where there was none, which may hold a password; `nil` once it was taken.
    private var option: Secret?
    /// The account to become, when the program runs as root and need not.
    let accountName: String?
    /// Whether lines of level debug are wanted.
    let isVerbose: Bool

    /// The longest text of `-O`, in bytes.
    private static let longestOption = 65_536

    /// Takes over what saslauthd(8) handed over; `nil` when the program was not started by it.
    ///
    /// Descriptors 0 and 1 are /dev/null afterwards: a library that prints must not disturb the frames.
    static func take() -> ProgramStart? {
        guard variable("SASLAUTHD_MECHANISM") != nil else { return nil }
        do throws(SystemError) {
            let connection = try OwnedDescriptor.copy(of: STDIN_FILENO)
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            try systemCall("dup2") { dup2(null.rawValue, STDIN_FILENO) }
            try systemCall("dup2") { dup2(null.rawValue, STDOUT_FILENO) }
            let option = try Secret.reading(OwnedDescriptor(adopting: 3), limit: longestOption)
            return ProgramStart(
                connection: connection,
                option: option,
                accountName: variable("SASLAUTHD_USER"),
                isVerbose: variable("SASLAUTHD_VERBOSE") != nil
            )
        } catch {
            return nil
        }
    }

    consuming func intoConnection() -> OwnedDescriptor { connection }

    /// Parts with the text of `-O`, once.
    mutating func takeOption() -> Secret { option.take() ?? Secret(copying: Span()) }

    /// The value of an environment variable.
    static func variable(_ name: String) -> String? {
        // SAFETY: the C library's text is copied at once, and no other thread changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
