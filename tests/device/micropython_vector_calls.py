"""What a public vector asks of an implementation, the same on both interpreters.

`perform(port, name, arguments)` takes and returns bytes; a refusal is the exception itself.
A port is an object with `crypto`, `ccm_seal`, `ccm_open`, `ciphers` (Noise name -> AEAD factory)
and the protocol modules `kdf`, `cpace`, `noise`.
"""


def perform(port, name, arguments):
    """Return the answer of the call with this name."""
    return CALLS[name](port, *arguments)


def _number(data):
    return int.from_bytes(data, "big")


def _sha256(port, data):
    return port.crypto.sha256(data)


def _sha512(port, data):
    return port.crypto.sha512(data)


def _hmac_sha512(port, key, data):
    return port.crypto.hmac_sha512(key, data)


def _hmac_sha256_check(port, key, data, tag):
    if not port.crypto.equal(port.crypto.hmac_sha256(key, data)[: len(tag)], tag):
        raise ValueError("tag differs")
    return b"same"


def _hkdf(port, ikm, salt, info, size):
    return port.kdf.hkdf(port.crypto, ikm, info, _number(size), salt)


def _x25519(port, scalar, u):
    return port.crypto.x25519(scalar, u)


def _x25519_public(port, scalar):
    return port.crypto.x25519_public(scalar)


def _ccm_seal(port, key, nonce, plaintext, aad, tag_length):
    return port.ccm_seal(key, nonce, plaintext, aad, _number(tag_length))


def _ccm_open(port, key, nonce, sealed, aad, tag_length):
    return port.ccm_open(key, nonce, sealed, aad, _number(tag_length))


def _cpace_generator(port, prs, ci, sid):
    return port.cpace.generator(port.crypto, prs, ci, sid)


def _cpace_share(port, secret, point):
    return port.cpace.share(port.crypto, secret, point)


def _cpace_shared_point(port, secret, share):
    return port.cpace.shared_point(port.crypto, secret, share)


def _cpace_isk(port, *arguments):
    return port.cpace.isk(port.crypto, *arguments)


def _cpace_tags(port, *arguments):
    return b"".join(port.cpace.confirmation_tags(port.crypto, *arguments))


def _noise(port, name, prologue, psk, ephemeral_i, ephemeral_r, *payloads):
    """Run both ends; return each message behind its length (u16), then the handshake hash."""
    noise = port.noise
    factory = port.ciphers[name.decode()]
    initiator = noise.Handshake(port.crypto, factory, name, prologue, psk, True)
    responder = noise.Handshake(port.crypto, factory, name, prologue, psk, False)
    messages = [initiator.write_1(ephemeral_i, payloads[0])]
    received = [responder.read_1(messages[0])]
    messages.append(responder.write_2(ephemeral_r, payloads[1]))
    received.append(initiator.read_2(messages[1]))
    keys_i = initiator.split()
    keys_r = responder.split()
    lanes = []
    for sender, receiver in ((keys_i, keys_r), (keys_r, keys_i)):
        lanes.append(
            (noise.RecordCipher(factory, sender[0]), noise.RecordCipher(factory, receiver[1]))
        )
    for i in range(2, len(payloads)):
        sealing, opening = lanes[i % 2]
        messages.append(sealing.seal(payloads[i]))
        received.append(opening.open(messages[i]))
    if received != list(payloads) or initiator.hash != responder.hash:
        raise ValueError("the two ends differ")
    return b"".join([len(m).to_bytes(2, "big") + m for m in messages]) + initiator.hash


def _records(port, key, interval, count):
    """Seal and open numbered records with a short rekey interval; return all ciphertexts."""
    factory = port.crypto.aead
    sealing = port.noise.RecordCipher(factory, key, _number(interval))
    opening = port.noise.RecordCipher(factory, key, _number(interval))
    output = b""
    for i in range(_number(count)):
        sealed = sealing.seal(bytes((i,)))
        if opening.open(sealed) != bytes((i,)):
            raise ValueError("record differs")
        output += sealed
    return output


CALLS = {
    "sha256": _sha256,
    "sha512": _sha512,
    "hmac_sha256_check": _hmac_sha256_check,
    "hmac_sha512": _hmac_sha512,
    "hkdf": _hkdf,
    "x25519": _x25519,
    "x25519_public": _x25519_public,
    "ccm_seal": _ccm_seal,
    "ccm_open": _ccm_open,
    "cpace_generator": _cpace_generator,
    "cpace_share": _cpace_share,
    "cpace_shared_point": _cpace_shared_point,
    "cpace_isk": _cpace_isk,
    "cpace_tags": _cpace_tags,
    "noise": _noise,
    "records": _records,
}
