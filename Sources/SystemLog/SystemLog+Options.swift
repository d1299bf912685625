package import Options

extension SystemLog {
    /// The log that the options ask for; with `alsoStandardError` lines go to standard error besides, until `leaveStandardError`.
    package convenience init(_ options: ServiceOptions, alsoStandardError: Bool = false) {
        let system: System? =
            switch options.log {
            case .syslog: .syslog
            case .journal, nil: .journal
            case .stderr: nil
            }
        self.init(
            system,
            standardError: system == nil || alsoStandardError,
            format: options.logFormat == .json ? .json : .text(namesFunctions: options.logPrefix == .functions)
        )
    }
}
