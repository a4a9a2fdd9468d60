# Versioned images: VERSION=1.2.0 REGISTRY=registry.example.org/parley/ docker buildx bake
# With --push, and a builder that can (docker buildx create --use), each carries what it is made of (SBOM) and how.

variable "VERSION" {
  default = "dev"
}

variable "REGISTRY" {
  default = ""
}

group "default" {
  targets = ["service", "web"]
}

target "image" {
  context    = "."
  dockerfile = "deploy/docker/Dockerfile"
  labels = {
    "org.opencontainers.image.version"  = VERSION
    "org.opencontainers.image.licenses" = "MIT"
  }
}

target "service" {
  inherits = ["image"]
  target   = "service"
  tags     = ["${REGISTRY}parley-service:${VERSION}"]
}

target "web" {
  inherits = ["image"]
  target   = "web"
  tags     = ["${REGISTRY}parley-web:${VERSION}"]
}

# For releases: docker buildx bake release --push
target "attested" {
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
}

group "release" {
  targets = ["release-service", "release-web"]
}

target "release-service" {
  inherits = ["service", "attested"]
}

target "release-web" {
  inherits = ["web", "attested"]
}
