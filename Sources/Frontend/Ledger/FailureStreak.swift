internal import Authentication

/// Consecutive refusals of one account, by service.
struct FailureStreak: Sendable {
    /// How many services are tracked; no success ends a streak at a further one.
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

    /// A password was right at `service`, which ends its streak.
    mutating func end(_ service: ByteString) {
        guard let index = services.firstIndex(where: { $0.name == service }) else { return }
        failures -= services.remove(at: index).failures
    }
}
