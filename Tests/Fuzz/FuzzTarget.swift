/// A function that takes any input, and the name by which `make fuzz` and the seeds call it.
struct FuzzTarget: Sendable {
    let name: String
    /// Throws if the input breaks a property of the code; a crash is a fault, too.
    let run: @Sendable ([UInt8]) throws(BrokenProperty) -> Void

    static let all = [
        FuzzTarget(name: "mux", run: MuxFuzz.run),
        FuzzTarget(name: "dovecot", run: DovecotFuzz.run),
        FuzzTarget(name: "exchange", run: ExchangeFuzz.run),
        FuzzTarget(name: "client", run: ClientFuzz.run),
        FuzzTarget(name: "frames", run: FramesFuzz.run),
        FuzzTarget(name: "lines", run: LinesFuzz.run),
        FuzzTarget(name: "options", run: OptionsFuzz.run),
        FuzzTarget(name: "settings", run: SettingsFuzz.run),
        FuzzTarget(name: "mysql", run: MySQLFuzz.run),
        FuzzTarget(name: "ldap", run: LDAPFuzz.run),
        FuzzTarget(name: "tokens", run: TokensFuzz.run),
        FuzzTarget(name: "hash", run: HashFuzz.run),
        FuzzTarget(name: "sasldb", run: SASLDBFuzz.run),
        FuzzTarget(name: "mail", run: MailFuzz.run),
        FuzzTarget(name: "texts", run: TextsFuzz.run),
    ]
}

/// A property that does not hold for an input.
struct BrokenProperty: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless the property holds.
func check(_ holds: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
    guard holds else { throw BrokenProperty(description: property()) }
}
