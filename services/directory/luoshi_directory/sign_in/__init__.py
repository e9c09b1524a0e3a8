"""演示登录: the development issuer: OpenID Connect code flow with PKCE, which believes whoever is hinted at. —

It speaks the same flow as a city's own issuer, so that sign-in has one path; production cannot make it.
"""
