internal import Platform

/// A client's connection in some protocol: it parses requests and formats replies.
///
/// The ledger decides what happens to the client; the connection carries it out.
protocol ClientConnection: AnyObject {
    var id: ClientID { get }
    var peer: PeerCredentials? { get }
    /// Whether the client has hung up without waiting for its reply.
    var hasHungUp: Bool { get }

    /// Reads the input that has arrived, and has the loop report further input.
    func begin()

    /// Takes the request without the rest of its optional field.
    func finishRequest()

    /// Sends the reply, and closes the connection if requested.
    func answer(_ answer: Answer, closes: Bool)

    func close()
}
