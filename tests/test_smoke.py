def test_it_lives(client):
    for path in (
        "/",
        "/figures",
        "/figures/procompite-financing",
        "/figures?fields=id",
        "/livez",
        "/readyz",
        "/regions?format=geojson",
        "/figures?format=csv",
        "/nowhere",
        "/figures?x=1",
        "/openapi.json",
        "/openapi.yaml",
        "/apidocs/",
        "/problems",
        "/problems/not-found",
        "/programs/procompite?include=source&fields=id",
    ):
        client.get(path)
        client.head(path)
