internal import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// What a mechanism program finds when it starts: its connection, the text of `-O`, and its environment.
struct ProgramStart: ~Copyable {
    private let connection: OwnedDescriptor
    /// The text of `-O`, empty where there was none, which may hold a password; `nil` once it was taken.
    private var option: Secret?
    let environment: WorkerEnvironment

    /// The longest text of `-O`, in bytes.
    private static let longestOption = 65_536

    /// Takes over what saslauthd(8) handed over; `nil` when the program was not started by it.
    ///
    /// Descriptors 0 and 1 are /dev/null afterwards: a library that prints must not disturb the frames.
    static func take() -> ProgramStart? {
        guard let environment = Self.environment else { return nil }
        do throws(SystemError) {
            let connection = try OwnedDescriptor.copy(of: WorkerDescriptors.connection)
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            try systemCall("dup2") { dup2(null.rawValue, STDIN_FILENO) }
            try systemCall("dup2") { dup2(null.rawValue, STDOUT_FILENO) }
            let option = try Secret.reading(OwnedDescriptor(adopting: WorkerDescriptors.option), limit: longestOption)
            return ProgramStart(connection: connection, option: option, environment: environment)
        } catch {
            return nil
        }
    }

    consuming func intoConnection() -> OwnedDescriptor { connection }

    /// Parts with the text of `-O`, once.
    mutating func takeOption() -> Secret { option.take() ?? Secret(copying: Span()) }

    /// What the environment says; `nil` when the program was not started by saslauthd(8).
    static var environment: WorkerEnvironment? { WorkerEnvironment(decoding: { Program.variable($0.rawValue) }) }
}
