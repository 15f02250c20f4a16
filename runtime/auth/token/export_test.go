package token

// Sign makes a token of any header and payload with the keys' signer.
func Sign(k *Keys, header, payload string) string {
	signer := *k.signer
	signer.header = encoding.EncodeToString([]byte(header))
	token, err := signer.token([]byte(payload))
	if err != nil {
		panic(err)
	}
	return token
}
