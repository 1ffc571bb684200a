"""Answer vector calls, one a line: `name hex hex ...` in, hex or `!exception` out; `-` is empty.

Run by MicroPython with the device library and this folder on its path.
"""

from binascii import hexlify, unhexlify
import sys

from micropython_ciphers import PlainChaChaPoly, PlainGcm
from micropython_vector_calls import perform

from iotsg_device.aes_ccm import ccm_open, ccm_seal
from iotsg_device.compat import aes
from iotsg_device.crypto import DeviceCrypto
from isg_protocol import cpace, kdf, noise


class DevicePort:
    """The device library as the vector calls want it."""

    crypto = DeviceCrypto()
    cpace = cpace
    kdf = kdf
    noise = noise
    ciphers = {
        "Noise_NNpsk0_25519_AESGCM_SHA256": PlainGcm,
        "Noise_NNpsk0_25519_ChaChaPoly_SHA256": PlainChaChaPoly,
        "Noise_NNpsk0_25519_AESCCM_SHA256": crypto.aead,
    }

    def ccm_seal(self, key, *arguments):
        return ccm_seal(aes(key), *arguments)

    def ccm_open(self, key, *arguments):
        return ccm_open(aes(key), *arguments)


def main():
    port = DevicePort()
    while True:
        line = sys.stdin.readline()
        if not line:
            break
        words = line.split()
        arguments = [b"" if word == "-" else unhexlify(word) for word in words[1:]]
        try:
            answer = hexlify(perform(port, words[0], arguments)).decode() or "-"
        except Exception as error:  # noqa: BLE001 - what it raises is the answer
            answer = "!" + type(error).__name__
        print(answer)


main()
