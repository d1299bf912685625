/// A result code of LDAP, RFC 4511, or one of the library's, which are negative.
struct ResultCode: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ code: Int32) { rawValue = code }

    static let success = ResultCode(0)
    static let timeLimitExceeded = ResultCode(3)
    static let sizeLimitExceeded = ResultCode(4)
    static let compareFalse = ResultCode(5)
    static let compareTrue = ResultCode(6)
    static let methodNotSupported = ResultCode(7)
    static let strongerAuthRequired = ResultCode(8)
    static let referral = ResultCode(10)
    static let confidentialityRequired = ResultCode(13)
    static let saslBindInProgress = ResultCode(14)
    static let noSuchAttribute = ResultCode(16)
    static let constraintViolation = ResultCode(19)
    static let noSuchObject = ResultCode(32)
    static let invalidDNSyntax = ResultCode(34)
    static let inappropriateAuthentication = ResultCode(48)
    static let invalidCredentials = ResultCode(49)
    static let insufficientAccess = ResultCode(50)
    static let busy = ResultCode(51)
    static let unavailable = ResultCode(52)
    static let unwillingToPerform = ResultCode(53)
    static let other = ResultCode(80)

    /// The library's: the connection is lost.
    static let serverDown = ResultCode(-1)

    /// Whether the library cannot send a request because of what is in it, as a filter that it cannot read.
    var isOfRequest: Bool { [-3, -7, -9].contains(rawValue) }

    /// The words of RFC 4511, and of ldap_error(3) for the library's.
    private static let names: [Int32: String] = [
        -1: "no connection", -2: "localError", -3: "encodingError", -4: "decodingError", -5: "timeout",
        -6: "unknown authentication method", -7: "bad filter", -9: "bad parameter", -10: "no memory",
        0: "success", 1: "operationsError", 2: "protocolError", 3: "timeLimitExceeded", 4: "sizeLimitExceeded",
        5: "compareFalse", 6: "compareTrue", 7: "authMethodNotSupported", 8: "strongerAuthRequired", 10: "referral",
        11: "adminLimitExceeded", 12: "unavailableCriticalExtension", 13: "confidentialityRequired",
        14: "saslBindInProgress", 16: "noSuchAttribute", 17: "undefinedAttributeType", 18: "inappropriateMatching",
        19: "constraintViolation", 20: "attributeOrValueExists", 21: "invalidAttributeSyntax", 32: "noSuchObject",
        33: "aliasProblem", 34: "invalidDNSyntax", 36: "aliasDereferencingProblem", 48: "inappropriateAuthentication",
        49: "invalidCredentials", 50: "insufficientAccessRights", 51: "busy", 52: "unavailable",
        53: "unwillingToPerform", 54: "loopDetect", 64: "namingViolation", 80: "other",
    ]
}

extension ResultCode: CustomStringConvertible {
    var description: String { Self.names[rawValue].map { "\($0) (\(rawValue))" } ?? "code \(rawValue)" }
}
