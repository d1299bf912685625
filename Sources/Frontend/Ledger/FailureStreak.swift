internal import Authentication

/// The consecutive refusals at one account, by service.
struct FailureStreak: Sendable {
    /// How many services are told apart; failures at further ones are ended by no success.
    private static let mostServices = 8

    private(set) var failures = 0
    private var services: [(name: ByteString, failures: Int)] = []

    mutating func add(_ service: ByteString) {
        failures += 1
        if let index = services.firstIndex(where: { $0.name == service }) {
            services[index].failures += 1
        } else if services.count < Self.mostServices {
            services.append((service, 1))
        }
    }

    /// A password was right at `service`.
    mutating func end(_ service: ByteString) {
        guard let index = services.firstIndex(where: { $0.name == service }) else { return }
        failures -= services.remove(at: index).failures
    }
}
