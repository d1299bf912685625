internal import Platform

/// The value of `--metrics`: where monitors fetch metrics.
package enum MetricsAddress: OptionWord {
    case internet(host: String, port: UInt16)
    /// The path of a UNIX socket.
    case socket(String)

    /// Parses `127.0.0.1:9717`, `[::1]:9717` or an absolute path; `nil` for anything else.
    ///
    /// Host names are not accepted.
    package init?(optionText text: String) {
        if text.hasPrefix("/") {
            self = .socket(text)
            return
        }
        guard let address = try? ServerAddress(text), let port = address.port else { return nil }
        self = .internet(host: address.host, port: port)
    }

    package var optionText: String {
        switch self {
        case .internet(let host, let port): ServerAddress(host: host, port: port).description
        case .socket(let path): path
        }
    }

    /// Why a value of `--metrics` is invalid.
    @Sendable static func complaint(_ text: String) -> String? {
        guard MetricsAddress(optionText: text) == nil else { return nil }
        return
            "--metrics \(text): expected an address with a port, like 127.0.0.1:9717 or [::1]:9717, or an absolute path"
    }
}
