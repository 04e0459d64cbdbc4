"""What is seen in a picture: colours, values, composition, brushwork, mood; and a picture as a scene to paint."""
