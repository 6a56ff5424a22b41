/* Made by make_vectors.py. */
static const struct vector vectors[] = {
    {
        .algorithm = -7,
        .attestation = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b0"
                       "63360d3ad6461c9"
                       "c4735ae7f8edd46592a5e0f01452b2e4b545000000000000000000000000000000000000000"
                       "00020d68c07459c"
                       "a4f6e1be0c351cd0d1c15afb95c9d981070056d5c63e36750df43da50102032620012158203"
                       "3414fb58b195f64"
                       "08cbc56e232cbe408ef61cdf8e7be21ae7a29186763bb1f92258204ed5c736801f666ba7a3c"
                       "77bd38ef0cd99d8"
                       "50f4cd38650d79f1c057717277ed",
        .credential = "d68c07459ca4f6e1be0c351cd0d1c15afb95c9d981070056d5c63e36750df43d",
        .client_data = "7b2274797065223a2022776562617574686e2e676574222c20226368616c6c656e6765223a2"
                       "022414145434177"
                       "51464267634943516f4c4441304f4478415245684d554652595847426b61477877644868382"
                       "22c20226f726967"
                       "696e223a202268747470733a2f2f6578616d706c652e6f7267222c202263726f73734f72696"
                       "7696e223a206661"
                       "6c73657d",
        .authenticator_data =
            "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000001",
        .signature = "3046022100d8f25424c744ad242233f2974aa9253cf28d381b2e753d821532fbf36e8678ff022"
                     "100edc4dc1b59"
                     "b321c344404ae94673e58e5ea84f3d27f75f58fff71f4a520b8019",
    },
    {
        .algorithm = -8,
        .attestation = "a363666d74646e6f6e656761747453746d74a06861757468446174615881bfabc37432958b0"
                       "63360d3ad6461c9"
                       "c4735ae7f8edd46592a5e0f01452b2e4b545000000000000000000000000000000000000000"
                       "000206c7aa71991"
                       "de417dfe4be05c3bdbd40a0e37ef88a47f8527da417ede6ee3b477a4010103272006215820e"
                       "5862f20242207c5"
                       "cf2d3f83ec1eb4c5db6f23918c145e5b5335abf0a50838e5",
        .credential = "6c7aa71991de417dfe4be05c3bdbd40a0e37ef88a47f8527da417ede6ee3b477",
        .client_data = "7b2274797065223a2022776562617574686e2e676574222c20226368616c6c656e6765223a2"
                       "022414145434177"
                       "51464267634943516f4c4441304f4478415245684d554652595847426b61477877644868382"
                       "22c20226f726967"
                       "696e223a202268747470733a2f2f6578616d706c652e6f7267222c202263726f73734f72696"
                       "7696e223a206661"
                       "6c73657d",
        .authenticator_data =
            "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000001",
        .signature = "be5456adcaaef56599b93857416af4b944beb80b7475472fc4a1fad0f76805735a705eab17ca6"
                     "e93b5d142402f"
                     "49f8de071786b3a5a934dec956a9906ad9930b",
    },
    {
        .algorithm = -257,
        .attestation = "a363666d74646e6f6e656761747453746d74a0686175746844617461590167bfabc37432958"
                       "b063360d3ad6461"
                       "c9c4735ae7f8edd46592a5e0f01452b2e4b5450000000000000000000000000000000000000"
                       "0000020b8be2c06"
                       "8df11dddbc79fd33b45331a549c3a50eb2da71dff6e9053a1974bde7a401030339010020590"
                       "1009e1c5b5eb413"
                       "f623b9baf0870c4b2e70863c4074a1eeee57d34f96546825b5810e200ae7932bf8a3fe4682f"
                       "2ba45a0f9effaaf"
                       "7f83464c1dfaaf68507fc3587d2efa07cae9304af8cd649e615623ce0e236984a27b87943b2"
                       "72263f594d65aeb"
                       "c1a8d5040e52875a54638135df703ed389b58449612e81d342757b2fb29521bdee7e1f5085e"
                       "d18451a954d4e21"
                       "f870813f84277bacb7534891a5575d31f1e52a66350d6574490de29c72e088321fac434342b"
                       "a7d664ca0c4578f"
                       "fd4e2c97e4cd16655bd5502dae04f05129c669cd63c0cf2dd320dfb298abb364bf6906705cb"
                       "779aa1d07af27c2"
                       "22082799771cf2bd2021704d4b42e691e7dd2a0c360e8ef00d2143010001",
        .credential = "b8be2c068df11dddbc79fd33b45331a549c3a50eb2da71dff6e9053a1974bde7",
        .client_data = "7b2274797065223a2022776562617574686e2e676574222c20226368616c6c656e6765223a2"
                       "022414145434177"
                       "51464267634943516f4c4441304f4478415245684d554652595847426b61477877644868382"
                       "22c20226f726967"
                       "696e223a202268747470733a2f2f6578616d706c652e6f7267222c202263726f73734f72696"
                       "7696e223a206661"
                       "6c73657d",
        .authenticator_data =
            "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000001",
        .signature = "5cec64a4818962f46a892657bd917a42f2433594ad691c67f2268143e625cf4bd945bce30d2b6"
                     "7030fd9dfbcef"
                     "7d773db88813864d67cf9153918f9e66d4e796508943f7debcaf30227fdf3ba2c8420fd63b5ec"
                     "2c30b810fe25e"
                     "fdaba8c82e8b560f9d44e96c6dc8996c1cc953abb4bacf151f56514ca8ee73b0218f3208d6dd3"
                     "eca1ac40779ff"
                     "302f2633ceb92db5ae284aa38692d8dd27151f9207dc10a2fd20385784e70c15efbebdbbafc3f"
                     "d6ed0a7e22b7a"
                     "6fd9e00dc2d09cc1915ce4379ffadefdff945bb427721f79d6deaa1cdd1d39de838a9376e6ed5"
                     "172edb973108f"
                     "607663d70559534c54a63e502d903702529d1582c162af9f283c4c4bfedf92",
    },
};
