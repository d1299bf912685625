internal import Platform

/// A client's end of a protocol: reads requests, and writes answers in the protocol's words.
///
/// What becomes of the client is the ledger's to say; a connection does what it is told.
protocol ClientConnection: AnyObject {
    var id: ClientID { get }
    var peer: PeerCredentials? { get }
    /// Whether the client has gone without waiting for its answer.
    var hasHungUp: Bool { get }

    /// Reads what the client has sent already, and has the loop tell what comes after it.
    func begin()

    /// Takes the request as it is, without what has not come.
    func finishRequest()

    /// Tells the client what came of its request, and closes the connection if nothing more is wanted of it.
    func answer(_ answer: Answer, closes: Bool)

    func close()
}
